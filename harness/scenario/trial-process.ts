import { Worker } from "node:worker_threads";
import { moduleBeside } from "../package.ts";
import { endsProcess, notLoaded, type Answer, type Draft, type Outcome } from "./trial.ts";
import type { HeardClaims, Task } from "./trial.ts";

// The other side of trial.ts: a process that may be killed, around the thread that may not do as it
// likes. It ends with whoever asked, and whatever the scenario has started with it.
process.once("message", (task: Task) => tryOut(task));
process.once("disconnect", () => process.kill(-process.pid, "SIGKILL"));

/** A drive on which nothing is run ends at once, or not at all. */
const driveWithinMs = 4_000;

function tryOut(task: Task): void {
  let draft: HeardClaims | undefined;
  let isSaid = false;
  const say = (outcome: Outcome) => {
    if (!isSaid) process.send!(outcome);
    isSaid = true;
  };
  const fail = (cause: unknown) =>
    say(draft ? { answer: draft } : { refused: notLoaded(task.file, cause).message });
  const worker = new Worker(moduleBeside(import.meta, "trial-worker"), {
    workerData: task,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  worker.once("error", fail);
  worker.once("exit", (code) => fail(endsProcess(code, task)));
  worker.on("message", (answer: Answer | Draft) => {
    if (answer === "never ends") fail("has an await that never ends");
    else if (typeof answer === "object" && "draft" in answer) {
      ({ draft } = answer);
      setTimeout(fail, driveWithinMs);
    } else say({ answer });
  });
}
