import { isMainThread, Worker } from "node:worker_threads";
import { moduleBeside } from "../package.ts";

const beatMs = 250;

/**
 * Ends code that lets nobody else have a turn, as `for (;;) await null` does: while it runs no
 * timer fires, no arm's time is over and no Ctrl-C is heard. What it was doing then never ends,
 * and the arm's own limit tells so. Works from a thread of its own, and only for the main one.
 */
export function guardTurns(): Disposable {
  if (!isMainThread) return { [Symbol.dispose]() {} };
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const beat = setInterval(() => beats[0]!++, beatMs).unref();
  const worker = new Worker(moduleBeside(import.meta, "turn-guard-worker"), {
    workerData: beats,
    execArgv: [],
  });
  worker.unref();
  worker.on("error", () => {}); // a guard less, and no arm is worse for it
  return {
    [Symbol.dispose]() {
      clearInterval(beat);
      void worker.terminate();
    },
  };
}
