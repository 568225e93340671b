import { is, valueBefore, type Evidence } from "../../harness/scenario/index.ts";

/** What a job leaves in the database, told by the database. */
export type Table = {
  readonly rows: number;
  /** Of these, the ones with a text. */
  readonly stored: number;
  /** The number in the last name, which is the last key that the import came to; 0 for none. */
  readonly lastKey: number;
};

/** How the table stands to the bucket: logs stored byte for byte, and rows that are nothing of it. */
export type Stored = { readonly right: number; readonly wrong: number };

/** One job of the worker, from its dispatch to its end. */
export type Run = Table & {
  readonly phase: Phase;
  /** null where the job is done and the worker goes on running. */
  readonly exitCode: number | null;
  /** What Django makes of the environment that jobs have; false where nobody asked. */
  readonly isOn: boolean;
  /** DEBUG as the job's process was given it; null if it was not, or nobody asked. */
  readonly given: string | null;
};

const phases = ["deploy", "empty", "leftovers", "flushed", "loop", "again"] as const;
export type Phase = (typeof phases)[number];

/** The name under which the job of a phase is observed; and what the bucket and the table then held. */
export const jobOf = (phase: Phase): string => `the job of ${phase}`;
export const contentAfter = (phase: string): string => `logs stored after ${phase}`;

/** An import that ended well, by its end and by what it stored. */
export const isWell = (exitCode: number | null, { right, wrong }: Stored, logs: number): boolean =>
  (exitCode ?? 0) === 0 && right === logs && wrong === 0;

const run = is.object<Run>({
  phase: is.oneOf(...phases),
  exitCode: is.nullOr(is.number),
  rows: is.number,
  stored: is.number,
  lastKey: is.number,
  isOn: is.truth,
  given: is.nullOr(is.text),
});
const stored = is.object<Stored>({ right: is.number, wrong: is.number });

/** The job of that phase. Throws where the record does not hold its end. */
export const runOf = (e: Evidence, phase: Phase): Run => e.observedAs(jobOf(phase), run);

/** How the table stood to the bucket when that phase was over. */
export const storedAfter = (e: Evidence, phase: string): Stored =>
  e.observedAs(contentAfter(phase), stored);

/** Whether the lab stopped an import in mid-work, before the one that is judged. */
export const isBrokenOff = (e: Evidence): boolean => e.hasPhase("broken off");

/** All jobs that were played to their end, in order. */
export const runs = (e: Evidence): readonly Run[] =>
  phases.filter((phase) => e.hasPhase(phase)).map((phase) => runOf(e, phase));

/** The jobs in which the kernel killed. */
export const killedRuns = (e: Evidence): readonly Run[] =>
  runs(e).filter(({ phase }) => e.oomKills("worker", e.phase(phase)) > 0);

/**
 * For each count of rows that was taken while they still grew: the rows, and the worker's memory
 * then. The engine tells of a kill a little late, so a killed job is followed to its highest sample.
 */
export function memoryPerRow(e: Evidence, phase: Phase): { x: number[]; y: number[] } {
  const { rows: inTheEnd } = runOf(e, phase);
  const killed = e.oomKills("worker", e.phase(phase)) > 0;
  const anon = e.series("worker", "anon", e.phase(phase));
  const most = e.highest("worker", "anon", e.phase(phase));
  const highest = anon.t[anon.v.indexOf(most)]!;
  const rows = e.observedSeries("rows", e.phase(phase));
  const before = rows.v[0]!;
  const points = rows.t.flatMap((t, i) => {
    const x = rows.v[i]!;
    const growing = x > before && x < inTheEnd && !(killed && t > highest) && t > anon.t[0]!;
    return growing ? [{ x, y: valueBefore(anon, t) }] : [];
  });
  return { x: points.map(({ x }) => x), y: points.map(({ y }) => y) };
}

/** Bytes that the worker gained per row, from the first count to the last. NaN without two. */
export function gainPerRow(e: Evidence, phase: Phase): number {
  const { x, y } = memoryPerRow(e, phase);
  return (y.at(-1)! - y[0]!) / (x.at(-1)! - x[0]!);
}
