import { UsageError } from "../errors.ts";
import { parseBytes } from "../scenario/bytes.ts";
import type { Scenario } from "../scenario/load.ts";
import { pairOf } from "../scenario/pair.ts";
import { nearest } from "../scenario/nearest.ts";
import { longestLimitSeconds } from "../scenario/longest.ts";
import type { Arm } from "../scenario/types.ts";
import { MOST_PLANNED, type PlannedArm } from "./run-file.ts";

/** One run of one arm, with what it takes. */
export interface Job extends PlannedArm {
  readonly definition: Scenario;
  readonly settings: Arm;
  /** Variables of compose.yml: ARM, the build target, and the arm's own. */
  readonly env: Readonly<Record<string, string>>;
  readonly memory: number;
  readonly cpus: number;
  readonly seconds: number;
  /** Whether it is of the pair that tells the story. */
  readonly pair: boolean;
  readonly exclusive: boolean;
  /** When the arm is broken off, milliseconds from its beginning. */
  readonly limitMs: number;
}

/** Which arms: of each scenario the pair that tells its story, all of them, or those so named. */
export type ChosenArms = "pair" | "all" | readonly string[];

/**
 * Scenarios x arms x repeats. First the pairs: the stories are told early. Among them and after
 * them the longest first: so the queue ends with short ones.
 */
export function plan(
  scenarios: readonly Scenario[],
  options: { readonly arms?: ChosenArms; readonly repeat?: number } = {},
): readonly Job[] {
  const { arms = "all", repeat = 1 } = options;
  if (typeof arms !== "string") checkArms(scenarios, arms);
  const chosen = scenarios.flatMap((scenario) =>
    Object.entries(scenario.definition.arms)
      .filter(([name]) => isChosen(scenario, name, arms))
      .map(([name, arm]) => ({ scenario, name, arm })),
  );
  checkNumber(chosen.length, repeat);
  const jobs = chosen.flatMap(({ scenario, name, arm }) =>
    Array.from({ length: repeat }, (_, i) => jobOf(scenario, name, arm, i + 1)),
  );
  return jobs.sort(
    (a, b) => a.repeat - b.repeat || Number(b.pair) - Number(a.pair) || b.seconds - a.seconds,
  );
}

/** Runs of arms in the order in which they are told: as the scenarios define them, then by repeat. */
export function inOrder(
  scenarios: readonly Scenario[],
  arms: readonly PlannedArm[],
): readonly PlannedArm[] {
  const order = scenarios.flatMap(({ definition }) =>
    Object.keys(definition.arms).map((arm) => `${definition.id}.${arm}`),
  );
  const place = new Map(order.map((name, i) => [name, i]));
  const rank = ({ scenario, arm }: PlannedArm) => place.get(`${scenario}.${arm}`) ?? order.length;
  return arms
    .toSorted((a, b) => rank(a) - rank(b) || a.repeat - b.repeat)
    .map(({ scenario, arm, role, repeat }) => ({ scenario, arm, role, repeat }));
}

function isChosen({ definition }: Scenario, name: string, arms: ChosenArms): boolean {
  if (arms === "pair") return pairOf(definition).includes(name);
  return arms === "all" || arms.length === 0 || arms.includes(name);
}

function jobOf(scenario: Scenario, name: string, arm: Arm, repeat: number): Job {
  const needs = { ...scenario.definition.needs, ...arm.needs };
  const { seconds = 15 } = needs;
  return {
    scenario: scenario.definition.id,
    arm: name,
    role: arm.role,
    repeat,
    definition: scenario,
    settings: arm,
    env: { ARM: arm.target ?? name, ...arm.env },
    memory: parseBytes(needs.memory) ?? 0,
    cpus: needs.cpus ?? 0.5,
    seconds,
    pair: pairOf(scenario.definition).includes(name),
    exclusive: needs.exclusive ?? false,
    limitMs: (needs.limitSeconds ?? usualLimit(scenario, seconds)) * 1000,
  };
}

/**
 * Generous, for a machine may be slow and busy: it ends what would never end. What its probes may
 * take comes on top.
 */
function usualLimit({ definition }: Scenario, seconds: number): number {
  const ready = definition.ready.reduce((sum, { withinMs = 60_000 }) => sum + withinMs / 1000, 0);
  return Math.min(Math.max(120, 6 * seconds) + ready, longestLimitSeconds);
}

function checkNumber(arms: number, repeat: number): void {
  if (!Number.isInteger(repeat) || repeat < 1)
    throw new UsageError("BAD_REPEAT", `Arms are run a whole number of times, not ${repeat}.`);
  if (arms * repeat > MOST_PLANNED)
    throw new UsageError(
      "TOO_MANY_ARMS",
      `${arms} arms, ${repeat} times each, are more than the ${MOST_PLANNED} that one run holds.`,
    );
}

function checkArms(scenarios: readonly Scenario[], arms: readonly string[]): void {
  const known = [...new Set(scenarios.flatMap(({ definition }) => Object.keys(definition.arms)))];
  for (const arm of arms) {
    if (known.includes(arm)) continue;
    const guess = nearest(arm, known);
    throw new UsageError("UNKNOWN_ARM", `No scenario asked for has an arm "${arm}".`, {
      hint: `${guess ? `Did you mean "${guess}"? ` : ""}Known: ${known.join(", ")}.`,
    });
  }
}
