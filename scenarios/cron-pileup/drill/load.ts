import type { Stage } from "../../../harness/scenario/index.ts";

/** A good morning; then a rates service that is out for two hours of the server's, and back for twenty minutes. */
export default async function load(stage: Stage): Promise<void> {
  await serve(stage, "answer");
  await stage.watch(12_000);
  stage.phase("symptom");
  while (!stage.signal.aborted) {
    await serve(stage, "hang");
    await stage.watch(120_000);
    await serve(stage, "answer");
    await stage.watch(20_000);
  }
}

const serve = (stage: Stage, mode: string) =>
  stage.exec("upstream", ["curl", "-sSf", "-X", "PUT", `http://localhost:8080/mode/${mode}`]);
