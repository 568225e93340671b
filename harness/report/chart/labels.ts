/** A label that wants to stand at a height and needs some room. */
export interface Wish {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/**
 * Heights for labels, in the order given: as near to what each wishes as can be without
 * two of them overlapping, all between `top` and `bottom`.
 */
export function spread(
  wishes: readonly Wish[],
  height: number,
  top: number,
  bottom: number,
): readonly number[] {
  const order = wishes.map((wish, index) => ({ wish, index })).sort((a, b) => a.wish.y - b.wish.y);
  const placed: { wish: Wish; index: number; y: number }[] = [];
  for (const { wish, index } of order) {
    const above = placed.filter((other) => beside(other.wish, wish)).map(({ y }) => y + height);
    placed.push({ wish, index, y: Math.max(top, wish.y, ...above) });
  }
  // What ran out of the bottom is pushed back up, and its neighbours with it.
  for (const [at, label] of [...placed.entries()].reverse()) {
    const below = placed.slice(at + 1).filter((other) => beside(other.wish, label.wish));
    label.y = Math.min(label.y, bottom, ...below.map(({ y }) => y - height));
  }
  return placed.sort((a, b) => a.index - b.index).map(({ y }) => y);
}

function beside(a: Wish, b: Wish): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width;
}
