import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../harness/engine/index.ts";
import { watchProject, type WatchOptions } from "../../harness/measure/index.ts";
import { openRecord, readRecord, RECORD_SCHEMA } from "../../harness/record/index.ts";

/** A project watched into a record of its own, on disk until it is disposed. */
export async function startRecording(
  engine: Engine,
  options: Pick<WatchOptions, "project" | "source" | "replicated" | "sampling">,
) {
  const folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  const path = join(folder, "record.ndjson");
  const began = performance.now();
  const now = () => performance.now() - began;
  const sink = openRecord(path, {
    type: "head",
    schema: RECORD_SCHEMA,
    t: 0,
    scenario: "measure",
    arm: "truth",
    role: "probe",
    repeat: 1,
    startedAt: new Date().toISOString(),
    engine: engine.facts,
    env: {},
  });
  const watch = await watchProject({ engine, sink, now, ...options });
  let open = true;
  const finish = async () => {
    if (!open) return;
    open = false;
    await watch.stop();
    const spent = { up: 0, drive: now(), down: 0 };
    await sink.close({ type: "tail", t: now(), outcome: "completed", spent });
  };
  return {
    watch,
    now,
    path,
    phase: (name: string) => sink.write({ type: "phase", t: now(), name }),
    /** Ends the record and reads it back. */
    async finish() {
      await finish();
      return readRecord(path);
    },
    async [Symbol.asyncDispose]() {
      await finish();
      rmSync(folder, { recursive: true });
    },
  };
}
