import type { Row } from "../record/schema.ts";

/** What tells rows of one millisecond apart, in the order in which they were written. */
const TICK = 0.001;

/**
 * When the drive ended: what comes later belongs to taking the arm down, and is no evidence. Of a
 * record from before this had a row, just after the drive's last word; of one that was cut off,
 * just after the last row.
 */
export function driveEnd(rows: readonly Row[]): number {
  const mark = rows.find((row) => row.type === "drive-end");
  if (mark) return mark.t;
  const tail = rows.find((row) => row.type === "tail");
  const last = rows.findLast((row) => !tail || spoken(row));
  return Math.max(tail ? tail.t - tail.spent.down : 0, (last?.t ?? 0) + 1);
}

/**
 * The same rows, where a phase's mark or the drive's end shares its millisecond with earlier rows
 * moved a trifle later, and with it what was written after it: so `load(...); phase(...)` counts
 * the load in the old phase, and `phase(...); load(...)` in the new one. Samples stay: theirs are
 * the sampler's own times, and they are written late.
 */
export function inWrittenOrder(rows: readonly Row[]): readonly Row[] {
  let at = -1;
  let shift = 0;
  let others = false;
  return rows.map((row) => {
    if (row.type === "sample") return row;
    if (row.t !== at) {
      at = row.t;
      shift = 0;
      others = false;
    }
    if (others && (row.type === "phase" || row.type === "drive-end")) shift += TICK;
    others = true;
    return shift === 0 || row.type === "head" ? row : { ...row, t: row.t + shift };
  });
}

/** Whether the drive itself said this. */
const spoken = ({ type }: Row) => type === "phase" || type === "observation" || type === "load";
