import { fork, type ChildProcess } from "node:child_process";
import type { CgroupPaths } from "../engine/types.ts";
import { unpackSamples } from "./sample-rows.ts";
import type { Sampler, Tell, TellStill } from "./sampler.ts";

/** What the sampling process is asked. */
export type Order =
  | { readonly id: number; readonly paths: CgroupPaths; readonly hz: number }
  | { readonly id: number };

/** What it answers: that it has started, then this. A sampler is closed once, asked or because its container has ended. */
export type Answer =
  | { readonly started: true }
  | { readonly opened: number }
  | { readonly samples: Float64Array }
  | { readonly stood: number; readonly from: number; readonly until: number }
  | { readonly failed: number; readonly message: string; readonly code: string | undefined }
  | { readonly closed: number };

/**
 * Starts the process that reads cgroup files, where none runs yet. Done when it has started: that
 * takes longer than a container, whose beginning would go unseen.
 */
export async function startSampling(): Promise<void> {
  await (sampling ??= startProcess()).started;
}

/** Whom a sampler speaks to. */
interface Listener {
  readonly tell: Tell;
  /** Told when sampling cannot go on though the container may. */
  readonly failed: (error: Error) => void;
  readonly stood: TellStill;
}

/**
 * Samples a container's cgroup files, in a process that serves this one's samplers alone.
 * @throws what opening the files threw, with its code
 */
export async function cgroupSampler(
  paths: CgroupPaths,
  hz: number,
  { tell, failed, stood }: Listener,
): Promise<Sampler> {
  const { child, followed } = (sampling ??= startProcess());
  const id = ++made;
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const one = {
    tell,
    stood,
    opened: opened.resolve,
    failed: opened.reject as (error: Error) => void,
    closed: closed.resolve,
  };
  followed.set(id, one);
  child.channel?.ref();
  child.send({ id, paths, hz } satisfies Order);
  await opened.promise;
  one.failed = failed;
  return {
    source: `cgroup-v${paths.version}`,
    hz,
    close() {
      if (followed.has(id)) child.send({ id } satisfies Order);
      return closed.promise;
    },
  };
}

interface Followed extends Listener {
  readonly opened: () => void;
  readonly closed: () => void;
}

interface Sampling {
  readonly child: ChildProcess;
  /** Settled when it has started, or has ended before. */
  readonly started: Promise<void>;
  readonly followed: Map<number, Followed>;
}

let sampling: Sampling | undefined;
let made = 0;

/** It keeps this process from ending only while there is something to sample, and ends with it. */
function startProcess(): Sampling {
  const child = fork(new URL("sampling-process.ts", import.meta.url), {
    // No helpers: they are not real-time, and it would wait for them.
    execArgv: ["--single-threaded-gc"],
    serialization: "advanced",
    // A Ctrl-C is for whoever asks: the last samples are still to come.
    detached: true,
  });
  child.unref();
  const started = Promise.withResolvers<void>();
  const followed = new Map<number, Followed>();
  const rest = () => {
    if (followed.size === 0) child.channel?.unref();
  };
  const close = (id: number) => {
    followed.get(id)?.closed();
    followed.delete(id);
    rest();
  };
  const fail = (id: number, error: Error) => {
    followed.get(id)?.failed(error);
    close(id);
  };
  const failAll = (error: Error) => {
    for (const id of followed.keys()) fail(id, error);
    if (sampling?.child === child) sampling = undefined;
    started.resolve();
  };
  child.on("message", (answer: Answer) => {
    if ("samples" in answer)
      for (const { sampler, at, values } of unpackSamples(answer.samples))
        followed.get(sampler)?.tell(values, at);
    else if ("stood" in answer) followed.get(answer.stood)?.stood(answer.from, answer.until);
    else if ("started" in answer) {
      started.resolve();
      rest();
    } else if ("opened" in answer) followed.get(answer.opened)?.opened();
    else if ("failed" in answer)
      fail(answer.failed, Object.assign(new Error(answer.message), { code: answer.code }));
    else close(answer.closed);
  });
  child.on("error", failAll);
  child.on("exit", (code, signal) =>
    failAll(new Error(`The process that reads cgroup files ended (${signal ?? code}).`)),
  );
  return { child, started: started.promise, followed };
}
