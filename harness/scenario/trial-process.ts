import { Worker } from "node:worker_threads";
import { moduleBeside } from "../package.ts";
import { endsProcess, notLoaded, type Answer, type Outcome, type Task } from "./trial.ts";

// The other side of trial.ts: a process that may be killed, around the thread that may not do as it
// likes. It ends with whoever asked, and whatever the scenario has started with it.
process.once("message", (task: Task) => tryOut(task));
process.once("disconnect", () => process.kill(-process.pid, "SIGKILL"));

function tryOut(task: Task): void {
  const say = (outcome: Outcome) => process.send!(outcome);
  const fail = (cause: unknown) => say({ refused: notLoaded(task.file, cause).message });
  const worker = new Worker(moduleBeside(import.meta, "trial-worker"), {
    workerData: task,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  worker.once("error", fail);
  worker.once("exit", (code) => fail(endsProcess(code, task)));
  worker.once("message", (answer: Answer) =>
    answer === "never ends" ? fail("has an await that never ends") : say({ answer }),
  );
}
