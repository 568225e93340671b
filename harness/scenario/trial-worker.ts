import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { pathToFileURL } from "node:url";

// The other side of trial.ts. A promise that is rejected on the way ends the thread before it
// says that all is well.
await import(pathToFileURL(workerData as string).href);
await setImmediate();
parentPort!.postMessage("loaded");
