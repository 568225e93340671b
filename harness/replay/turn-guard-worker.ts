/** Runs as a thread of its own: see turn-guard.ts. Its data: the main thread's beats. */
import { Session } from "node:inspector/promises";
import { workerData } from "node:worker_threads";

const beats = workerData as Int32Array;
const lookMs = 500;
/**
 * Of the processor, not of the clock: a process that is stopped, waits for a disk or shares a busy
 * machine with many has not had its turn either.
 */
const patienceMs = 8_000;

let last = -1;
let since = usedMs();
setInterval(() => {
  const quiet = beats[0] === last;
  last = beats[0]!;
  if (quiet && usedMs() - since < patienceMs) return;
  since = usedMs();
  if (quiet) void breakIn();
}, lookMs);

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function breakIn(): Promise<void> {
  const session = new Session();
  session.connectToMainThread();
  try {
    await session.post("Runtime.terminateExecution");
  } finally {
    session.disconnect();
  }
}
