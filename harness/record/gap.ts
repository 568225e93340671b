/** A sample that is later than this many periods leaves a gap. */
const LATE = 3;
/** So late the engine may tell of a container's end, milliseconds: nobody can sample the dead. */
const END_IS_TOLD = 1000;

/** For how long there may be no sample without that being a gap, milliseconds. */
export function longestPause(hz: number, before: "a sample" | "its end" = "a sample"): number {
  const late = (LATE * 1000) / hz;
  return before === "its end" ? Math.max(late, END_IS_TOLD) : late;
}
