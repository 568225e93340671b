import type { EventRow, Role } from "../../record/schema.ts";

/** A named stretch of an arm's time, milliseconds since the arm was healthy. */
export interface PhaseSpan {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Something that happened at one moment, drawn as a mark on the line. */
export interface Mark {
  readonly t: number;
  readonly kind: "oom" | "die" | "restart";
}

/** One arm's line in a chart. A break in the line (a gap of the sampler) is a NaN in `v`. */
export interface Line {
  /** What stands at its end: the arm's name. */
  readonly label: string;
  readonly role: Role;
  /** Which of the lines of its role, from 0: gives the dash pattern. */
  readonly rank: number;
  /** Further runs of an arm are drawn faintly behind the first one. */
  readonly faint?: boolean;
  readonly t: readonly number[];
  readonly v: readonly number[];
  readonly phases: readonly PhaseSpan[];
  readonly marks: readonly Mark[];
  /** The limit that this metric has in this arm, in the chart's unit. */
  readonly limit: number | null;
}

/** Lines on the same axes: x is seconds since each arm was healthy, y the one unit. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
}

/** Events that get a mark, and what to call them. */
export const MARK_NAMES: Readonly<Record<Mark["kind"], string>> = {
  oom: "killed by the OOM killer",
  die: "container ended",
  restart: "container started again",
};

/** The mark an engine event gets, if any. */
export function markKind(action: EventRow["action"]): Mark["kind"] | undefined {
  return action === "oom" || action === "die" || action === "restart" ? action : undefined;
}
