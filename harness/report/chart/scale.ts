/** Round values along an axis from 0 that hold `max`: the axis ends at `top`. */
export interface Ticks {
  readonly at: readonly number[];
  readonly top: number;
}

/** About `wanted` ticks for values in bytes (binary steps) or bare numbers (decimal steps). */
export function valueTicks(max: number, unit: string, wanted: number): Ticks {
  const flat = bareTicks(max);
  if (flat) return flat;
  const step =
    unit === "B" || unit.startsWith("B/") ? binaryStep(max / wanted) : decimalStep(max / wanted);
  const whole = unit === "1" ? Math.max(1, step) : step;
  // Some air above the highest value, so that a line never runs along the frame.
  const top = Math.max(max * 1.04, whole);
  return { at: range(whole, top), top };
}

/** About `wanted` ticks for seconds; the axis ends exactly at `max`. */
export function secondTicks(max: number, wanted: number): Ticks {
  const flat = bareTicks(max);
  if (flat) return flat;
  const step =
    SECONDS.find((candidate) => max / candidate <= wanted) ?? decimalStep(max / wanted / 60) * 60;
  return { at: range(step, max), top: max };
}

/**
 * Where nothing can be divided into steps any more: a container may print whatever a double holds.
 * What is next to nothing lies on the axis, what is beyond all is its end.
 */
function bareTicks(max: number): Ticks | undefined {
  if (!(max > LEAST)) return { at: [0], top: 1 };
  const top = Math.min(max, Number.MAX_VALUE);
  return top > MOST ? { at: [0, top], top } : undefined;
}

const LEAST = 1e-300;
const MOST = 1e300;
const SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

function range(step: number, top: number): readonly number[] {
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, index) => index * step);
}

function decimalStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least * 0.999) ?? 10);
}

function binaryStep(least: number): number {
  const unit = 1024 ** Math.max(0, Math.floor(Math.log2(least) / 10));
  const ratio = least / unit;
  return unit * 2 ** Math.ceil(Math.log2(ratio));
}
