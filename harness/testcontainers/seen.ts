import { InconclusiveError, UsageError } from "../errors.ts";
import { evidenceOf } from "../judge/evidence.ts";
import type { Evidence, Window } from "../judge/types.ts";
import type { Watch } from "../measure/index.ts";
import type { Row } from "../record/schema.ts";
import { catchUp } from "./catch-up.ts";
import { measuredOf, type Measured, type Metric, type Part } from "./measured.ts";

/** Containers under observation, and what was seen of them until now. */
export interface Seen extends AsyncDisposable {
  /** What they are called in messages and, where there are several, here. */
  readonly containers: readonly string[];
  /**
   * Memory, bytes: `anon` is what programs allocated (the leak), `workingSet` what `docker stats`
   * shows, `current` what the OOM killer judges. Of the container so called, where there are several.
   */
  memory(series: "anon" | "workingSet" | "current", container?: string): Measured;
  /** Processes that live. Only cgroup files tell: where the engine is asked, there are `tasks`. */
  processes(container?: string): Measured;
  /** Processes, their threads, and zombies: what a pids limit counts. */
  tasks(container?: string): Measured;
  /** Processes that have ended and nobody reaped. Only cgroup files tell. */
  zombies(container?: string): Measured;
  /** Open descriptors, sockets among them. Only cgroup files tell. */
  descriptors(container?: string): Measured;
  /** How often the kernel's OOM killer has killed in this one, or in any. */
  oomKills(container?: string): number;
  /** Counts a call that was made, or more: growth per call is told by them. */
  call(count?: number): void;
  /** Judges from here on; a rise is told from the level just before. */
  mark(): void;
  /**
   * Done when what was until now is seen, and often enough since the last mark. What is asked
   * before that may throw.
   */
  caughtUp(): Promise<void>;
  /** Ends the watch. What was seen until then can still be judged. */
  stop(): Promise<void>;
}

interface SeenParts {
  readonly names: readonly string[];
  /** All that was told, the head first; the watch appends to it. */
  readonly rows: readonly Row[];
  readonly now: () => number;
  readonly watching: Watch;
  readonly end: () => Promise<void>;
}

/** What a watch has seen, by its rows. */
export function createSeen({ names, rows, now, watching, end }: SeenParts): Seen {
  const calls: Part["calls"][number][] = [];
  let [before, from] = [0, 0];
  let ended: { readonly at: number; readonly done: Promise<void> } | undefined;

  const seenUntilNow = () => {
    if (watching.lost.aborted) throw watching.lost.reason;
    const to = ended?.at ?? endOf(now());
    const evidence = evidenceOf(recordOf(rows, to));
    return { evidence, before: { from: before, to: from }, during: { from, to }, calls };
  };
  const measured = (metric: Metric, container: string | undefined): Measured =>
    measuredOf(metric, () => {
      const name = nameOf(names, container);
      const seen = seenUntilNow();
      checkAlive(seen.evidence, name, seen.during);
      return { ...seen, container: name };
    });

  return {
    containers: names,
    memory: measured,
    processes: (container) => measured("processes", container),
    tasks: (container) => measured("pids", container),
    zombies: (container) => measured("zombies", container),
    descriptors: (container) => measured("fds", container),
    oomKills(container) {
      const { evidence, during } = seenUntilNow();
      const asked = container === undefined ? names : [nameOf(names, container)];
      return asked.reduce((sum, name) => sum + killsOf(evidence, name, during), 0);
    },
    call: (count = 1) => void calls.push({ t: now(), count }),
    mark: () => void ([before, from] = [from, Math.max(Math.round(now()), endOfTold(rows))]),
    caughtUp: () => catchUp({ names, rows, now, watching, since: from }),
    stop() {
      ended ??= { at: endOf(now()), done: end() };
      return ended.done;
    },
    [Symbol.asyncDispose]() {
      return this.stop();
    },
  };
}

/** The end of this millisecond: a sample of it belongs to what was seen. */
const endOf = (now: number) => Math.round(now) + 1;

/** What has been told before a mark belongs to what was before it, though it be of the same moment. */
const endOfTold = (rows: readonly Row[]) =>
  rows.reduce((end, row) => (row.type === "sample" ? Math.max(end, row.until + 1) : end), 0);

/** A record that ends then. */
function recordOf([head, ...told]: readonly Row[], end: number): readonly Row[] {
  return [head!, ...told.toSorted((a, b) => a.t - b.t), { type: "drive-end", t: end }];
}

function nameOf(names: readonly string[], container: string | undefined): string {
  if (container === undefined && names.length === 1) return names[0]!;
  if (container !== undefined && names.includes(container)) return container;
  const what = container === undefined ? "Several are watched" : `No "${container}" is watched`;
  throw new UsageError("WHICH_CONTAINER", `${what}; there are ${names.join(", ")}.`);
}

/** One that has ended was killed, or nothing is to be said of it. */
function killsOf(evidence: Evidence, container: string, during: Window): number {
  const kills = evidence.oomKills(container, during);
  if (kills === 0) checkAlive(evidence, container, during);
  return kills;
}

/** Of a container that is gone nothing can hold: how it ended is told. */
function checkAlive(evidence: Evidence, container: string, { from }: Window): void {
  const last = evidence
    .events(container)
    .findLast(({ action }) => action === "die" || action === "start");
  if (last?.action !== "die") return;
  const after = ((last.t - from) / 1000).toFixed(1);
  const message = `${container} ended with exit code ${last.exitCode ?? "unknown"} after ${after} s.`;
  throw new InconclusiveError("CONTAINER_ENDED", message, {
    hint: "Judge before it is stopped, or end the watch before: `await seen.stop()`.",
  });
}
