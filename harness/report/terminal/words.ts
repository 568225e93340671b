import type { ArmVerdict } from "../../judge/verdict-types.ts";
import type { ScenarioDefinition } from "../../scenario/types.ts";
import { formatMs } from "../format.ts";
import { tellIncident } from "../incident.ts";
import type { ArmRun } from "../reporter.ts";
import { claimText, isOpen, tellingClaim } from "../telling.ts";

/** "boto-close / broken", with the number of the run from the second on. */
export function runName({ scenario, arm, repeat }: ArmRun): string {
  return `${scenario} / ${arm}${repeat > 1 ? ` #${repeat}` : ""}`;
}

/** What came out of an arm, in one line; of the story's pair in the scenario's own words. */
export function endedLine(
  run: ArmRun,
  verdict: ArmVerdict | undefined,
  definition: ScenarioDefinition | undefined,
): string {
  if (verdict === undefined) return `---- ${runName(run)}: broken off`;
  const { failed, held } = tellIncident({ id: run.scenario, arms: [verdict] }, definition);
  const told = failed ?? held;
  const telling = verdict.ok && told?.figure ? `${told.how}: ${told.figure}` : byClaim(verdict);
  const tail = telling === undefined ? "" : `: ${telling}`;
  return `${markOf(verdict)} ${runName(run)}: ${verdict.verdict} in ${formatMs(verdict.durationMs)}${tail}`;
}

/** That an arm is played once more, and why. */
export function disturbedLine(run: ArmRun, reason: string): string {
  return `??   ${runName(run)}: to be played again. ${reason}`;
}

function byClaim(verdict: ArmVerdict): string | undefined {
  const claim = tellingClaim(verdict);
  return claim === undefined ? verdict.reason : `${claim.id} ${claimText(claim)}`;
}

/** Four characters that say whether an arm came out as claimed, or could not be judged. */
export function markOf(arm: ArmVerdict): string {
  if (arm.ok) return "ok  ";
  return isOpen(arm) ? "??  " : "FAIL";
}

/** A step of setting up that has ended. */
export function stepLine(what: string, how: string, ms: number): string {
  return `set-up: ${what}: ${how}, ${(ms / 1000).toFixed(1)} s`;
}

/** Gives what `run` gives, and says how it ended: "done" or "failed". */
export async function whenEnded<T>(run: () => Promise<T>, tell: (how: string) => void): Promise<T> {
  try {
    const result = await run();
    tell("done");
    return result;
  } catch (error) {
    tell("failed");
    throw error;
  }
}
