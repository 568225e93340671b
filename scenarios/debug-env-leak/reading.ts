import { is, valueBefore, type Evidence } from "../../harness/scenario/index.ts";

/** One job of the worker, from its dispatch to its end. */
export type Run = {
  readonly phase: Phase;
  readonly exitCode: number;
  /** Ended by SIGKILL, and the engine told of an OOM in this box. */
  readonly killed: boolean;
  /** The last key the command said it had come to; 0 for a job that walks no keys. */
  readonly key: number;
  readonly settingsDebug: boolean;
  /** DEBUG as the process was given it; null if it was not. */
  readonly environDebug: string | null;
  /** Rows in the database afterwards; of these, stored with their text; bytes of text. */
  readonly rows: number;
  readonly stored: number;
  readonly textBytes: number;
};

const phases = ["deploy", "empty", "leftovers", "flushed", "loop"] as const;
export type Phase = (typeof phases)[number];

/** The name under which the job of a phase is observed. */
export const jobOf = (phase: Phase): string => `the job of ${phase}`;

const run = is.object<Run>({
  phase: is.oneOf(...phases),
  exitCode: is.number,
  killed: is.truth,
  key: is.number,
  settingsDebug: is.truth,
  environDebug: is.nullOr(is.text),
  rows: is.number,
  stored: is.number,
  textBytes: is.number,
});

/** The job of that phase. Throws where the record does not hold its end. */
export const runOf = (e: Evidence, phase: Phase): Run => e.observedAs(jobOf(phase), run);

/** All jobs that were played, in order. */
export const runs = (e: Evidence): readonly Run[] =>
  phases.filter((phase) => e.hasPhase(phase)).map((phase) => runOf(e, phase));

/**
 * For each count of rows that was taken while they still grew: the rows, and the worker's memory
 * then. The engine tells of a kill a little late, so a killed job is followed to its highest sample.
 */
export function memoryPerRow(e: Evidence, phase: Phase): { x: number[]; y: number[] } {
  const { killed, rows: inTheEnd } = runOf(e, phase);
  const anon = e.series("worker", "anon", e.phase(phase));
  const most = e.highest("worker", "anon", e.phase(phase));
  const highest = anon.t[anon.v.indexOf(most)]!;
  const rows = e.observedSeries("rows", e.phase(phase));
  const points = rows.t.flatMap((t, i) => {
    const x = rows.v[i]!;
    const growing = x > 0 && x < inTheEnd && !(killed && t > highest) && t > anon.t[0]!;
    return growing ? [{ x, y: valueBefore(anon, t) }] : [];
  });
  return { x: points.map(({ x }) => x), y: points.map(({ y }) => y) };
}

/** Bytes that the worker gained per row, from the first count to the last. NaN without two. */
export function gainPerRow(e: Evidence, phase: Phase): number {
  const { x, y } = memoryPerRow(e, phase);
  return (y.at(-1)! - y[0]!) / (x.at(-1)! - x[0]!);
}
