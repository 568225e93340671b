import type { Row } from "../record/schema.ts";
import type { Chart, Line, Mark, PhaseSpan } from "../report/chart/model.ts";
import { originOf, traceOf, unitOf } from "../report/chart/trace.ts";
import type { Plot } from "../scenario/types.ts";
import type { Moment } from "./timeline.ts";

/** A record of the live system; a session has one for each time it was up. */
export interface LiveRecord {
  /** Wall clock at which the record's clock is 0, ISO 8601. */
  readonly startedAt: string;
  readonly rows: readonly Row[];
}

/**
 * What a session saw of one of its charts, over the time since it began: all its records in one
 * line, which breaks where the system was down. Her own moments part it, as an arm's phases do.
 */
export function sessionChart(
  plot: Plot,
  startedAt: string,
  records: readonly LiveRecord[],
  moments: readonly Moment[],
): Chart {
  const pieces = records.map((record) => pieceOf(plot, startedAt, record));
  const t = pieces.flatMap((piece) => [...piece.t, piece.t.at(-1) ?? 0]);
  const v = pieces.flatMap((piece) => [...piece.v, Number.NaN]);
  // What came when nothing was recorded any more, as a debrief a day later, stands at the end.
  const end = t.at(-1) ?? moments.at(-1)?.at ?? 0;
  const line: Line = {
    label: "here",
    role: "broken",
    rank: 0,
    t,
    v,
    phases: spansOf(moments, end),
    marks: pieces.flatMap(({ marks }) => marks),
    limit: pieces.find(({ limit }) => limit !== null)?.limit ?? null,
  };
  return { title: plot.title, unit: unitOf(plot), lines: [line] };
}

interface Piece extends Pick<Line, "t" | "v" | "limit"> {
  readonly marks: readonly Mark[];
}

function pieceOf(plot: Plot, startedAt: string, { startedAt: began, rows }: LiveRecord): Piece {
  const trace = traceOf(rows, plot);
  if (trace === undefined) return { t: [], v: [], marks: [], limit: null };
  const shift = Date.parse(began) - Date.parse(startedAt) + (originOf(rows) ?? 0);
  const later = (t: number) => t + shift;
  const marks = trace.marks.map((mark) => ({ ...mark, t: later(mark.t) }));
  return { ...trace, t: trace.t.map(later), marks };
}

const spansOf = (moments: readonly Moment[], end: number): readonly PhaseSpan[] =>
  moments.map(({ name, at }, i) => ({
    name,
    from: Math.min(at, end),
    to: Math.min(moments[i + 1]?.at ?? end, end),
  }));
