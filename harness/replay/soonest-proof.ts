import type { Job } from "./plan.ts";

type Told = Pick<Job, "scenario" | "pair" | "seconds">;

/**
 * The order in which jobs get their images: those of the pair that is over first, so that one
 * incident is proved while others still build; then as they are run, what takes longest first.
 */
export function soonestProofFirst<T extends Told>(jobs: readonly T[]): readonly T[] {
  const pairs = [
    ...Map.groupBy(
      jobs.filter(({ pair }) => pair),
      ({ scenario }) => scenario,
    ).values(),
  ];
  const [soonest = []] = pairs.toSorted((a, b) => secondsOf(a) - secondsOf(b));
  return [...new Set([...soonest, ...jobs])];
}

const secondsOf = (pair: readonly Told[]) => Math.max(...pair.map(({ seconds }) => seconds));
