import { cleanLine } from "../report/terminal/clean.ts";
import type { DrillEvent } from "./events.ts";

/** Something of her own that belongs on the chart. */
export interface Moment {
  /** Milliseconds since the session began. */
  readonly at: number;
  /** In one or two words, for the chart. */
  readonly name: string;
  /** In a sentence. */
  readonly says: string;
}

/**
 * What the work came to, milliseconds since the symptom, less than none for what came before it; or
 * since the session began, without one.
 */
export interface Spans {
  readonly firstLook?: number;
  readonly firstGuess?: number;
  readonly firstHint?: number;
  readonly firstCheck?: number;
  readonly fixed?: number;
}

export interface Timeline {
  readonly startedAt: string;
  readonly moments: readonly Moment[];
  readonly spans: Spans;
  readonly hints: number;
  readonly checks: readonly Check[];
  /** What she noted first; undefined where she noted nothing. */
  readonly guess: string | undefined;
  /** What she noted later, in order. */
  readonly notes: readonly string[];
}

interface Check {
  readonly at: number;
  readonly n: number;
  readonly verdict: string;
}

/** What a session's events say of the work: what is shown again at the end. Pure. */
export function timelineOf(startedAt: string, events: readonly DrillEvent[]): Timeline {
  // A machine's clock may be set back meanwhile.
  const since = (event: DrillEvent) => Math.max(0, Date.parse(event.t) - Date.parse(startedAt));
  const of = (name: DrillEvent["event"]) => events.filter(({ event }) => event === name);
  const moments = events.flatMap((event) => {
    const told = tell(event, events);
    return told === undefined ? [] : [{ at: since(event), ...told }];
  });
  const [guess, ...notes] = of("guess").map(textOf);
  const zero = of("symptom")[0];
  const from = zero === undefined ? 0 : since(zero);
  const span = (key: keyof Spans, event: DrillEvent | undefined) =>
    event === undefined ? {} : { [key]: since(event) - from };
  return {
    startedAt,
    moments,
    spans: {
      ...span("firstLook", of("shell")[0]),
      ...span("firstGuess", of("guess")[0]),
      ...span("firstHint", of("hint")[0]),
      ...span("firstCheck", of("check")[0]),
      ...span("fixed", of("fixed")[0]),
    },
    hints: new Set(of("hint").map(({ hint }) => hint)).size,
    checks: of("check").map((event, i) => ({ at: since(event), ...checkOf(event, i) })),
    guess,
    notes,
  };
}

/** What an event is called; nothing for what is the lab's own, or was told before. */
function tell(event: DrillEvent, all: readonly DrillEvent[]): Omit<Moment, "at"> | undefined {
  const isFirst = all.find((other) => other.event === event.event) === event;
  switch (event.event) {
    case "symptom":
      return isFirst ? { name: "symptom", says: "The symptom shows" } : undefined;
    case "shell":
      return isFirst ? { name: "first look", says: "A first look, with a shell" } : undefined;
    case "guess":
      return isFirst
        ? { name: "guess", says: `A guess: "${textOf(event)}"` }
        : { name: "note", says: `A note: "${textOf(event)}"` };
    case "hint":
      return { name: `hint ${wordOf(event["hint"])}`, says: `Hint ${wordOf(event["hint"])}` };
    case "check": {
      const { n, verdict } = checkOf(event, all.filter(sameAs(event)).indexOf(event));
      return { name: verdict === "fixed" ? verdict : `check ${n}`, says: `Check ${n}: ${verdict}` };
    }
    case "reset":
      return { name: "reset", says: "A fresh start" };
    case "revealed":
      return isFirst ? { name: "debrief", says: "The debrief" } : undefined;
    default:
      return undefined;
  }
}

const sameAs =
  ({ event }: DrillEvent) =>
  (other: DrillEvent) =>
    other.event === event;

const textOf = ({ text }: DrillEvent) => wordOf(text);
const wordOf = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? cleanLine(String(value)) : "?";

/** Whatever the file says, a check has a number and a word. */
function checkOf({ n, verdict }: DrillEvent, index: number): Omit<Check, "at"> {
  return { n: typeof n === "number" ? n : index + 1, verdict: wordOf(verdict) };
}
