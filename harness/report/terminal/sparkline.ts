const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** One bar per value. The full bar is `top` (a limit), or the highest value where there is none. */
export function sparkline(values: readonly number[], top?: number): string {
  const full = top ?? Math.max(0, ...values);
  return values
    .map((value) => BARS[full > 0 ? Math.max(0, Math.min(7, Math.floor((value / full) * 8))) : 0])
    .join("");
}
