import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { pathToFileURL } from "node:url";

// The other side of trial.ts. No await at the top: node would warn of one that never ends, and
// here that is an answer. A promise that is rejected on the way ends the thread first.
const say = (word: "loaded" | "never ends") => parentPort!.postMessage(word);
process.once("beforeExit", () => say("never ends"));
void import(pathToFileURL(workerData as string).href).then(() =>
  setImmediate().then(() => say("loaded")),
);
