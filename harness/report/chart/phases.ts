import type { PhaseSpan } from "./model.ts";

/** A phase's name above the plot; row 0 is the one next to it. */
export interface PlacedName {
  readonly name: string;
  readonly x: number;
  readonly row: number;
}

/** What the names of phases may take: pixels of a character, the right end, rows. */
export interface NameRoom {
  readonly character: number;
  readonly right: number;
  readonly rows: number;
}

/**
 * Names that start where their phases do, in the first row where they meet no other. The longest
 * phases come first: what finds no room is left to the list below the chart.
 */
export function placeNames(
  phases: readonly PhaseSpan[],
  x: (ms: number) => number,
  { character, right, rows }: NameRoom,
): readonly PlacedName[] {
  const taken: (readonly [from: number, to: number])[][] = Array.from({ length: rows }, () => []);
  return phases
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))
    .flatMap(({ name, from }) => {
      const width = name.length * character + 8;
      const start = Math.max(0, Math.min(x(from) + 3, right - width));
      const row = taken.findIndex((spans) =>
        spans.every(([left, end]) => end <= start || start + width <= left),
      );
      taken[row]?.push([start, start + width]);
      return row < 0 ? [] : [{ name, x: start, row }];
    })
    .toSorted((a, b) => a.x - b.x);
}
