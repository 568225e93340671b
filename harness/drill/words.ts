import { JOB_DONE } from "../judge/job.ts";
import type { Claim, Unit } from "../judge/types.ts";
import type { DrillDefinition } from "./definition.ts";
import { literal } from "../literal.ts";

/** How a check speaks: as the scenario does, or so that nothing is given away. */
export interface Words {
  /** What the scenario is called; undefined: by its id. */
  readonly name?: string;
  claim(claim: Pick<Claim, "id" | "sentence">): string;
  /** A claim's unit: of what it is counted for each may not be told. */
  unit(unit: Unit): Unit;
  phase(name: string): string;
  /** A sentence of the lab's own; undefined where it can't be told. */
  text(text: string): string | undefined;
}

/** A scenario's own words. */
export const plainWords = (): Words => ({
  claim: ({ sentence }) => sentence,
  unit: (unit) => unit,
  phase: (phase) => phase,
  text: (text) => text,
});

/**
 * The drill's words for its scenario: promises as the user has them, neutral names, and no sentence
 * that holds one of its spoilers.
 */
export function drillWords(drill: DrillDefinition, scenario: string): Words {
  const { claims, phases, spoilers, name } = drill;
  const patterns = spoilers.patterns.map((pattern) => new RegExp(pattern, "i"));
  const words = spoilers.words.map(folded);
  const gives = (text: string) =>
    words.some((word) => folded(text).includes(word)) || patterns.some((one) => one.test(text));
  const names = Object.entries({ ...phases, ...claims, [scenario]: name });
  return {
    name,
    claim: ({ id }) =>
      claims[id] ?? (id === JOB_DONE ? "it does its job at all" : "another promise"),
    unit: (unit) => (gives(unit) ? (unit.replace(/\/.*/s, "/each") as Unit) : unit),
    phase: (phase) => phases[phase] ?? "going on",
    text(text) {
      const neutral = names.reduce((all, [from, to]) => replaced(all, from, to), text);
      return gives(neutral) ? undefined : neutral;
    },
  };
}

/** In any case, and with -_. as blanks. */
const folded = (text: string) => text.toLowerCase().replaceAll(/[-_.\s]+/g, " ");

/** A name where it stands alone. */
function replaced(text: string, from: string, to: string): string {
  return text.replace(new RegExp(`(?<![\\w-])${literal(from)}(?![\\w-])`, "g"), () => to);
}
