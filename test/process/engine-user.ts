/** A process that uses the embedded engine until it is told to stop; for engine.test.ts. */
import { answers } from "../../harness/engine/embedded/daemon.ts";
import { embeddedEngine } from "../../harness/engine/embedded/index.ts";
import { layout } from "../../harness/engine/embedded/layout.ts";
import { silent } from "../../harness/progress.ts";

const engine = await embeddedEngine({ progress: silent });
const uplink = process.argv.includes("--uplink") ? await engine.uplink() : undefined;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    console.log(
      (await answers(layout().socket)) ? "the engine still answers" : "the engine is gone",
    );
    await uplink?.[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
    process.exit();
  });
}

console.log("ready");
setInterval(() => undefined, 1_000);
