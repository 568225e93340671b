import { appendFile, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { faultOfPath } from "../files.ts";
import { MiB } from "../judge/units.ts";
import { writing } from "../replay/writable.ts";

const DRILL_EVENTS = [
  "started",
  "symptom",
  "shell",
  "guess",
  "hint",
  "told",
  "check",
  "fixed",
  "revealed",
  "reset",
  "up",
  "down",
  "ended",
] as const;
type DrillEventName = (typeof DRILL_EVENTS)[number];

/** Something that happened in a session; what more it says depends on what it is. */
const row = z.looseObject({ t: z.iso.datetime(), event: z.enum(DRILL_EVENTS) });
export type DrillEvent = z.infer<typeof row>;

const file = (folder: string) => join(folder, "events.ndjson");

/**
 * Appends what happened to a session's events: one line, in one write, so several processes may do
 * it at once and none is ever lost to another. After a line that was cut off, a new one begins.
 * @throws EnvironmentError NOT_WRITABLE
 */
export async function appendEvent(
  folder: string,
  event: DrillEventName,
  more: Readonly<Record<string, unknown>> = {},
): Promise<DrillEvent> {
  const told = { t: new Date().toISOString(), event, ...more };
  const path = file(folder);
  const append = async () => {
    const cut = await isCutOff(path);
    await appendFile(path, `${cut ? "\n" : ""}${JSON.stringify(told)}\n`);
  };
  await writing(path, append, "Make room on the disk; nothing of the session is lost.");
  return told;
}

/** All that happened, in order. A line that can't be read, as one that was cut off, is left out. */
export async function readEvents(folder: string): Promise<readonly DrillEvent[]> {
  if ((await faultOfPath(file(folder), "file", 64 * MiB)) !== undefined) return [];
  const lines = (await readFile(file(folder), "utf8")).split("\n");
  return lines.flatMap((line) => {
    const read = row.safeParse(parsed(line));
    return read.success ? [read.data] : [];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function isCutOff(path: string): Promise<boolean> {
  const handle = await open(path, "r").catch(() => undefined);
  if (!handle) return false;
  try {
    const { size } = await handle.stat();
    if (size === 0) return false;
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } finally {
    await handle.close();
  }
}
