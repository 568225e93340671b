import { isUnit } from "../judge/units.ts";
import { CLOCK_JUMP, MALFORMED, type Json } from "../record/schema.ts";
import { isJson } from "../record/valid.ts";

/** What a line of a container says. */
export type Said =
  | {
      readonly is: "observation";
      readonly name: string;
      readonly value: Json;
      readonly unit?: string;
    }
  | { readonly is: "load"; readonly name: string; readonly count: number }
  | { readonly is: "phase"; readonly name: string };

/** The lab's own names, and one that is no name in JavaScript. */
const RESERVED: ReadonlySet<string> = new Set([MALFORMED, CLOCK_JUMP, "__proto__"]);
const LONGEST_NAME = 200;
const LONGEST_LINE = 64 * 1024;
const LARGEST_COUNT = 1e12;
const MOST_LINES = 200_000;
const MOST_BYTES = 32 * 1024 ** 2;

/**
 * What a line says: an observation, a load or a phase. "malformed" where it means to be one and is
 * not, undefined where it is something else. Never throws.
 */
export function parseLine(text: string): Said | "malformed" | undefined {
  if (!text.startsWith("{")) return undefined;
  if (text.length > LONGEST_LINE) return isMeant(text) ? "malformed" : undefined;
  let said: Readonly<Record<string, unknown>>;
  try {
    said = JSON.parse(text) as typeof said;
  } catch {
    return isMeant(text) ? "malformed" : undefined;
  }
  if ("observe" in said) return observationIn(said) ?? "malformed";
  if ("load" in said) return loadIn(said) ?? "malformed";
  if ("phase" in said) return phaseIn(said) ?? "malformed";
  return undefined;
}

/** Whether something can be a name of an observation, a load or a phase. */
export function isName(name: unknown): name is string {
  return (
    typeof name === "string" &&
    name.length <= LONGEST_NAME &&
    /\S/.test(name) &&
    !/\p{Cc}/u.test(name) &&
    !RESERVED.has(name)
  );
}

/** Counts what the containers of an arm told: a record, and its reader, can hold so much. */
export function linesOfContainers() {
  let [lines, bytes, malformed] = [0, 0, 0];
  return {
    /** Counts a line; tells what is too much, once it is. */
    count(text: string): string | undefined {
      lines += 1;
      bytes += Buffer.byteLength(text);
      if (lines > MOST_LINES) return `Its containers told more than ${MOST_LINES} things.`;
      if (bytes > MOST_BYTES) return `Its containers told more than ${MOST_BYTES / 1024 ** 2} MiB.`;
      return undefined;
    },
    /** Counts a malformed line; true for the 1st, 10th, 100th: who looks at the record learns of it. */
    isWorthTelling(): boolean {
      malformed += 1;
      return Number.isInteger(Math.log10(malformed));
    },
    malformed: () => malformed,
  };
}

function observationIn({ observe, value = null, unit }: Readonly<Record<string, unknown>>) {
  if (!isName(observe) || !isJson(value)) return undefined;
  const said = { is: "observation", name: observe, value: value as Json } as const;
  if (unit === undefined) return said;
  return isUnit(unit) ? { ...said, unit } : undefined;
}

function loadIn({ load, count = 1 }: Readonly<Record<string, unknown>>) {
  const counted =
    Number.isSafeInteger(count) && (count as number) >= 0 && (count as number) <= LARGEST_COUNT;
  return isName(load) && counted
    ? ({ is: "load", name: load, count: count as number } as const)
    : undefined;
}

/** The baseline is the lab's to mark: before it nobody knows whether the system is healthy. */
function phaseIn({ phase }: Readonly<Record<string, unknown>>) {
  return isName(phase) && phase !== "baseline"
    ? ({ is: "phase", name: phase } as const)
    : undefined;
}

const isMeant = (text: string) => /^\{\s*"(observe|load|phase)"/.test(text);
