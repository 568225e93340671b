/** A point on the canvas, or a NaN pair where the line breaks. */
export type Point = readonly [x: number, y: number];

/**
 * The lowest and the highest point of each column of `width` pixels, in order of time, so that
 * a spike of one sample is still drawn. Points rise in x. Breaks (NaN) are kept.
 */
export function downsample(points: readonly Point[], width: number): readonly Point[] {
  const kept: Point[] = [];
  let column: Point[] = [];
  let at = Number.NaN;
  const flush = () => {
    kept.push(...extremes(column));
    column = [];
  };
  for (const point of points) {
    const next = Math.floor(point[0] / width);
    if (next !== at || Number.isNaN(point[1])) flush();
    at = next;
    column.push(point);
    if (Number.isNaN(point[1])) flush();
  }
  flush();
  return straighten(kept);
}

/** Lowest and highest of a column, in the order in which they come. */
function extremes(column: readonly Point[]): readonly Point[] {
  if (column.length <= 2) return column;
  let low = 0;
  let high = 0;
  for (const [index, point] of column.entries()) {
    if (point[1] < (column[low] ?? point)[1]) low = index;
    if (point[1] > (column[high] ?? point)[1]) high = index;
  }
  const wanted = new Set([low, high]);
  return column.filter((_, index) => wanted.has(index));
}

/** Leaves out what lies between two points of the same height: idle stretches cost nothing. */
function straighten(points: readonly Point[]): readonly Point[] {
  return points.filter((point, index) => {
    const before = points[index - 1];
    const after = points[index + 1];
    return !(before && after && before[1] === point[1] && after[1] === point[1]);
  });
}
