import type { ArmVerdict } from "../judge/verdict-types.ts";
import type { ContainerRow, ObservationRow, Role, Row, SampleRow } from "../record/schema.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";

/** One run of one arm, as reporters speak of it. */
export interface ArmRun {
  readonly scenario: string;
  readonly arm: string;
  readonly role: Role;
  readonly repeat: number;
}

/** What can be told of a run while it goes on. Every hook is optional. */
export interface Reporter {
  armQueued?(run: ArmRun, scenario: ScenarioDefinition): void;
  /** About how many seconds of replaying are left, from now on; building images is not in it. */
  left?(seconds: number): void;
  armStarted?(run: ArmRun): void;
  /** A phase began. */
  phase?(run: ArmRun, name: string): void;
  /** A container came under observation: its limits are known now. */
  container?(run: ArmRun, row: ContainerRow): void;
  /** A service was sampled. */
  sample?(run: ArmRun, service: string, row: SampleRow): void;
  /** A row of the record, of whatever kind, as it comes. */
  row?(run: ArmRun, row: Row): void;
  /** Something was observed. */
  observation?(run: ArmRun, row: ObservationRow): void;
  /** The arm is over; undefined where it was broken off before it could be judged. */
  armEnded?(run: ArmRun, verdict: ArmVerdict | undefined): void;
  /** The arm is over, but the machine left its verdict open: it is queued once more. */
  armDisturbed?(run: ArmRun, reason: string): void;
  /** A line worth a reader's attention. */
  note?(line: string): void;
  /** No more will come: give the terminal back as it was. */
  stop?(): void;
}
