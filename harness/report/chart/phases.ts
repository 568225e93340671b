import type { PhaseSpan } from "./model.ts";

/** A phase's name above the plot, in the first row where it meets no other. */
export interface PlacedName {
  readonly name: string;
  readonly x: number;
  readonly row: number;
}

/** Names start where their phases do; they move down a row, or left at the end, before they overlap. */
export function placeNames(
  phases: readonly PhaseSpan[],
  x: (ms: number) => number,
  right: number,
  character: number,
): readonly PlacedName[] {
  const ends: number[] = [];
  return phases.map(({ name, from }) => {
    const width = name.length * character;
    const start = Math.max(0, Math.min(x(from) + 3, right - width));
    const free = ends.findIndex((end) => end + 8 <= start);
    const row = free < 0 ? ends.length : free;
    ends[row] = start + width;
    return { name, x: start, row };
  });
}
