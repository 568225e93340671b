import { Worker } from "node:worker_threads";
import type { CgroupPaths } from "../engine/types.ts";
import { unpackSamples } from "./sample-rows.ts";
import type { Sampler, Tell } from "./sampler.ts";

/** What the thread is asked. */
export type Order =
  | { readonly id: number; readonly paths: CgroupPaths; readonly hz: number }
  | { readonly id: number };

/** What it answers. A sampler is closed once, asked or because its container has ended. */
export type Answer =
  | { readonly opened: number }
  | { readonly samples: Float64Array }
  | { readonly failed: number; readonly message: string; readonly code: string | undefined }
  | { readonly closed: number };

/**
 * Samples a container's cgroup files, in a thread that serves this process's samplers alone.
 * @throws what opening the files threw, with its code
 */
export async function cgroupSampler(
  paths: CgroupPaths,
  hz: number,
  tell: Tell,
  failed: (error: Error) => void,
): Promise<Sampler> {
  const { worker, followed } = (thread ??= startThread());
  const id = ++made;
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const one = { tell, opened: opened.resolve, failed: opened.reject, closed: closed.resolve };
  followed.set(id, one);
  worker.ref();
  worker.postMessage({ id, paths, hz } satisfies Order);
  await opened.promise;
  one.failed = failed;
  return {
    source: `cgroup-v${paths.version}`,
    hz,
    close() {
      if (followed.has(id)) worker.postMessage({ id } satisfies Order);
      return closed.promise;
    },
  };
}

interface Followed {
  readonly tell: Tell;
  readonly opened: () => void;
  readonly failed: (error: Error) => void;
  readonly closed: () => void;
}

interface Thread {
  readonly worker: Worker;
  readonly followed: Map<number, Followed>;
}

let thread: Thread | undefined;
let made = 0;

/** It keeps the process from ending only while there is something to sample. */
function startThread(): Thread {
  const worker = new Worker(new URL("sampling-worker.ts", import.meta.url), { name: "sampling" });
  const followed = new Map<number, Followed>();
  const close = (id: number) => {
    followed.get(id)?.closed();
    followed.delete(id);
    if (followed.size === 0) worker.unref();
  };
  const fail = (id: number, error: Error) => {
    followed.get(id)?.failed(error);
    close(id);
  };
  worker.on("message", (answer: Answer) => {
    if ("samples" in answer)
      for (const { sampler, at, values } of unpackSamples(answer.samples))
        followed.get(sampler)?.tell(values, at);
    else if ("opened" in answer) followed.get(answer.opened)?.opened();
    else if ("failed" in answer)
      fail(answer.failed, Object.assign(new Error(answer.message), { code: answer.code }));
    else close(answer.closed);
  });
  worker.on("error", (error: Error) => {
    for (const id of followed.keys()) fail(id, error);
    thread = undefined;
  });
  return { worker, followed };
}
