import type { Engine } from "../engine/index.ts";
import type { ImageIds, Project } from "../lifecycle/project.ts";
import type { Sampling } from "../measure/sampling.ts";
import type { Row } from "../record/schema.ts";
import type { RecordWriter } from "../record/writer.ts";
import type { Doing } from "./doing.ts";
import type { Ending } from "./ending.ts";
import type { Gate } from "./gate.ts";
import type { Job } from "./plan.ts";
import type { TracedJob } from "./provenance.ts";
import type { RunFolder } from "./run-folder.ts";

/** What an arm is given by its run. */
export interface ArmContext {
  readonly engine: Engine;
  readonly folder: RunFolder;
  /** Who reads the cgroup files of the run's containers. */
  readonly sampling: Sampling;
  /** What its containers start from, by service; none where it is refused. */
  readonly images: ImageIds;
  readonly signal: AbortSignal;
  /** Told every row as it is written: for the live view. */
  readonly told: (row: Row) => void;
  /** Why the arm can't be run here; then it isn't, and its record says so. */
  readonly refused?: Ending;
}

/** A system under a load, watched: an arm's, or a drill's, which has no run around it. */
export interface Play {
  readonly engine: Engine;
  /** Who reads the cgroup files of its containers. */
  readonly sampling: Sampling;
  readonly job: Job;
  readonly project: Project;
  readonly logs: string;
  /** Lets rows into the record until the system is taken down. */
  readonly sink: Gate;
  /** Says of the record that it is not fit to be judged, and why. */
  readonly spoil: RecordWriter["spoil"];
  readonly now: () => number;
  readonly doing: Doing;
  /** Aborted by the user, or when its time is over. */
  readonly signal: AbortSignal;
  /** Told every row as it is written. */
  readonly told: (row: Row) => void;
  /** Samples a second, where that is not the usual. */
  readonly hz?: number;
}

/** One run of one arm under way. */
export interface Scene extends ArmContext, Play {
  readonly job: TracedJob;
}
