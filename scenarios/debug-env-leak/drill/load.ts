import type { Stage } from "../../../harness/scenario/index.ts";
import { isTableThere, truncate } from "../lab.ts";

/** Each night from an empty table: an import, killed, and a second one on what it left. */
export default async function load(stage: Stage): Promise<void> {
  await job(stage, "migrate");
  await stage.until("the table", () => isTableThere(stage), { withinMs: 10_000 });
  stage.start("postgres", ["watch-rows"], { timeoutMs: 0 });
  for (let night = 0; !stage.signal.aborted; night++) {
    await job(stage, "import_logs");
    if (night === 0) stage.phase("symptom");
    await job(stage, "import_logs");
    await stage.watch(5000);
    await truncate(stage);
  }
}

/** Hands the worker a job and waits for its end; the platform starts it again after a while. */
async function job(stage: Stage, name: string): Promise<void> {
  const ends = () => stage.events("worker", "die").length;
  const before = ends();
  stage.start("worker", ["/platform/dispatch", name]);
  await stage.until(`the end of ${name}`, () => ends() > before, { withinMs: 300_000 });
  await stage.watch(3000);
  await stage.startService("worker");
}
