/** Runs as a thread of its own: see turn-guard.ts. Its data: the main thread's beats. */
import { Session } from "node:inspector/promises";
import { workerData } from "node:worker_threads";

const beats = workerData as Int32Array;
const lookMs = 1000;
/** Looks in a row without a beat, not seconds: a process that was stopped has no looks either. */
const patience = 8;

let last = -1;
let looks = 0;
setInterval(() => {
  looks = beats[0] === last ? looks + 1 : 0;
  last = beats[0]!;
  if (looks < patience) return;
  looks = 0;
  void breakIn();
}, lookMs);

async function breakIn(): Promise<void> {
  const session = new Session();
  session.connectToMainThread();
  try {
    await session.post("Runtime.terminateExecution");
  } finally {
    session.disconnect();
  }
}
