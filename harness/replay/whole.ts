import type { Verdict } from "../judge/verdict-types.ts";
import { hasBegun } from "../report/telling.ts";
import type { Scenario } from "../scenario/load.ts";
import { estimate } from "./estimate.ts";
import { plan, type Job } from "./plan.ts";
import type { Capacity } from "./queue.ts";

/** All arms of some scenarios, of which not all were played. */
export interface Whole {
  readonly arms: number;
  readonly played: number;
  /** About how long all take here. */
  readonly seconds: number;
}

/**
 * All arms of the scenarios, and about how long they take here, seconds: as they declare it, at the
 * pace of those that were just run. Undefined where these were all.
 */
export function wholeOf(
  scenarios: readonly Scenario[],
  played: readonly Job[],
  capacity: Capacity,
  verdict: Verdict,
): Whole | undefined {
  const all = plan(scenarios);
  const { size } = new Set(played.map(nameOf));
  if (size >= all.length) return undefined;
  const seconds = estimate(all, capacity) * paceOf(played, verdict);
  return { arms: all.length, played: size, seconds };
}

/** How much longer the arms took than they declare. */
function paceOf(played: readonly Job[], { scenarios }: Verdict): number {
  const declared = new Map(played.map((job) => [nameOf(job), job.seconds]));
  const ran = scenarios.flatMap(({ id, arms }) =>
    arms
      .filter((arm) => hasBegun(arm) && !arm.interrupted)
      .map(({ name, durationMs }) => ({
        took: durationMs / 1000,
        of: declared.get(nameOf({ scenario: id, arm: name })) ?? 0,
      })),
  );
  const total = (key: "took" | "of") => ran.reduce((sum, each) => sum + each[key], 0);
  return total("of") > 0 ? total("took") / total("of") : 1;
}

const nameOf = ({ scenario, arm }: { readonly scenario: string; readonly arm: string }) =>
  `${scenario}/${arm}`;
