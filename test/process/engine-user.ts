/** A process that uses the embedded engine until it is told to stop, or whoever started it dies. */
import { setTimeout } from "node:timers/promises";
import { answers } from "../../harness/engine/embedded/life.ts";
import { embeddedEngine } from "../../harness/engine/embedded/index.ts";
import { layout } from "../../harness/engine/embedded/layout.ts";
import { silent } from "../../harness/progress.ts";

const abort = new AbortController();
const engine = await embeddedEngine({ progress: silent, signal: abort.signal });
const uplink = process.argv.includes("--uplink") ? await engine.uplink() : undefined;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void end());
}

process.stdin.once("end", () => void end()).resume();
console.log("ready");

async function end(): Promise<never> {
  abort.abort();
  console.log((await answersFor(500)) ? "the engine still answers" : "the engine is gone");
  await uplink?.[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
  process.exit();
}

/** An engine that lost its last user would be gone well within half a second. */
async function answersFor(milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    if (!(await answers(layout().socket))) return false;
    await setTimeout(20);
  }
  return true;
}
