import type { Stage } from "../../../harness/scenario/index.ts";
import { PARTS } from "../drive.ts";

/** Customers, one after the other: who fetch a whole file, who fetch its parts, and who hang up. */
export default async function load(stage: Stage): Promise<void> {
  for (let turn = 0; !stage.signal.aborted; turn++) {
    await client(stage, "get", "api", "object-256m");
    await client(stage, "get", "api", "object-64m", ...PARTS);
    await stage.watch(4000);
    await hangUp(stage, turn % 3 === 2 ? "object-1g" : "object-256m");
    if (turn === 0) stage.phase("symptom");
    await stage.watch(4000);
    if (turn % 2 === 0) await client(stage, "several", "1", "box", "object-1g");
    await stage.watch(4000);
  }
}

/** Holds the line for a while, so that one can see that nothing happens meanwhile. */
async function hangUp(stage: Stage, object: string): Promise<void> {
  const held = client(stage, "hold", "api", object, "10");
  await stage.watch(5000);
  await stage.exec("client", ["sh", "-c", "echo >/tmp/enough-held"]);
  await held;
}

const client = (stage: Stage, ...command: readonly string[]) =>
  stage.start("client", command, { timeoutMs: 180_000 }).done;
