import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { armFile, type PlannedArm, type RunFile } from "../../harness/replay/run-file.ts";

const example = resolve(import.meta.dirname, "../../docs/example-run");

/** A run's folder with two arms of the example run: a broken one, packed, and a fixed one, plain. */
export interface SmallRun {
  readonly run: RunFile;
  readonly broken: PlannedArm;
  readonly fixed: PlannedArm;
  /** The fixed arm's record. */
  readonly text: string;
}

/** Makes such a folder: small enough to be copied and judged hundreds of times. */
export async function smallRun(folder: string): Promise<SmallRun> {
  const whole = JSON.parse(await readFile(join(example, "run.json"), "utf8")) as RunFile;
  const plan = whole.plan.filter(({ scenario }) => scenario === "eventlet-drift");
  const broken = plan.find(({ role }) => role === "broken")!;
  const fixed = plan.find(({ role }) => role === "fixed")!;
  const run = { ...whole, plan: [broken, fixed] };
  await mkdir(join(folder, "record"), { recursive: true });
  await writeFile(join(folder, "run.json"), JSON.stringify(run));
  const text = zstdDecompressSync(await packed(fixed)).toString();
  await writeFile(join(folder, recordName(fixed)), text);
  await writeFile(join(folder, `${recordName(broken)}.zst`), await packed(broken));
  return { run, broken, fixed, text };
}

export const recordName = (arm: PlannedArm) => `record/${armFile(arm)}.ndjson`;

const packed = (arm: PlannedArm) => readFile(join(example, `${recordName(arm)}.zst`));
