import { InconclusiveError } from "../errors.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { soundGuards } from "./sound.ts";
import type { Evidence } from "./types.ts";

/**
 * Throws InconclusiveError for evidence that is not fit to be judged. Of every scenario it must show
 * a healthy system at first, and that load was put on it; the scenario's guards say the rest.
 */
export function checkGuards(definition: ScenarioDefinition, evidence: Evidence): void {
  const asked = new Set(definition.loads);
  const load: Evidence["load"] = (name, during) => {
    asked.add(name);
    return evidence.load(name, during);
  };
  const guards = [
    { what: "a healthy system at first", ok: evidence.hasPhase("baseline") },
    ...soundGuards(definition.judge.guards({ ...evidence, load })),
    {
      what: "that a load was applied which a guard asks for",
      ok: [...asked].some((name) => evidence.load(name) > 0),
    },
  ];
  const failed = guards.filter(({ ok }) => !ok).map(({ what }) => what);
  if (failed.length === 0) return;
  throw new InconclusiveError("GUARD_FAILED", `The record does not show: ${failed.join("; ")}.`);
}
