import type { ScenarioDefinition } from "./types.ts";

type Arms = Pick<ScenarioDefinition, "arms">;

/** The arms that tell the story: the first fixed one, and before it the broken one it is held against. */
export function pairOf(scenario: Arms): readonly string[] {
  const { arms } = scenario;
  const fixed = Object.keys(arms).find((name) => arms[name]?.role === "fixed") ?? "";
  return [brokenFor(scenario, fixed), fixed];
}

/** The broken arm that an arm is held against: the one it names, else the first. */
export function brokenFor({ arms }: Arms, arm: string): string {
  const first = Object.keys(arms).find((name) => arms[name]?.role === "broken");
  return arms[arm]?.against ?? first ?? "";
}
