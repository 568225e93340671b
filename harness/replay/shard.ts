import { UsageError } from "../errors.ts";
import { plural } from "../report/format.ts";
import { brokenFor } from "../scenario/pair.ts";
import { byUnits } from "../scenario/walk.ts";
import type { Job } from "./plan.ts";
import { armFile } from "./run-file.ts";

/** Which part of a run: the `index`-th, from 1, of `of`. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/**
 * The jobs of one shard, in their order. All shards of the same jobs are the same on every machine,
 * hold each job once, and take about as long. A fixed arm stays with the broken run that it is held
 * against: both must be of one machine.
 * @throws UsageError TOO_MANY_SHARDS where one would have nothing to do
 */
export function jobsOfShard<T extends Job>(jobs: readonly T[], shard: Shard): readonly T[] {
  const groups = Map.groupBy(jobs, groupOf);
  if (groups.size < shard.of) {
    const what = `shard ${shard.index}/${shard.of} of ${plural(jobs.length, "arm")} in ${plural(groups.size, "group")}`;
    throw new UsageError("TOO_MANY_SHARDS", `Some would have nothing to do: ${what}.`, {
      hint: `A fix stays with the broken arm that it is held against: ${plural(groups.size, "shard")} at most.`,
    });
  }
  const sorted = [...groups]
    .map(([name, group]) => ({ name, group, seconds: secondsOf(group) }))
    .toSorted((a, b) => b.seconds - a.seconds || byUnits(a.name, b.name));
  const shards = Array.from({ length: shard.of }, () => ({ seconds: 0, jobs: new Set<T>() }));
  for (const { group, seconds } of sorted) {
    const emptiest = shards.reduce((least, one) => (one.seconds < least.seconds ? one : least));
    emptiest.seconds += seconds;
    for (const job of group) emptiest.jobs.add(job);
  }
  const own = shards[shard.index - 1]!;
  return jobs.filter((job) => own.jobs.has(job));
}

/** What must run on one machine: a broken run with the fixed ones of its repeat, any other arm alone. */
function groupOf(job: Job): string {
  const arm = job.role === "fixed" ? brokenFor(job.definition.definition, job.arm) : job.arm;
  return armFile({ ...job, arm });
}

const secondsOf = (group: readonly Job[]) => group.reduce((sum, { seconds }) => sum + seconds, 0);
