import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as z from "zod";
import { makeFolder } from "../cache-folder.js";
import { RunFolderError, UsageError } from "../errors.ts";
import { faultOfPath, stampOf, writeWhole } from "../files.ts";
import { KiB } from "../judge/units.ts";
import { tryToWrite, writing } from "../replay/writable.ts";
import { shown } from "../scenario/shown.ts";
import { appendEvent } from "./events.ts";

export const SESSION_SCHEMA = "aftershock/drill@1";

const state = z.strictObject({
  schema: z.literal(SESSION_SCHEMA),
  /** The folder's name. */
  id: z.string(),
  /** The drill's neutral name; of a scenario that is not one of ours, its folder as well. */
  drill: z.string(),
  folder: z.string().optional(),
  /** Whether it was drawn, and is not to be told which it is. */
  blind: z.boolean(),
  startedAt: z.iso.datetime(),
  /** Label of all that it has on the engine: nobody else's is the same. */
  run: z.string().regex(/^[a-z0-9-]+$/),
  /** "up": the system runs. "down": it can be brought up again. "ended": for good. */
  life: z.enum(["starting", "up", "down", "ended"]),
  /** The keeper that said so, as `ownerLabel` tells it: of one that was killed "up" is no more true. */
  keeper: z.string().optional(),
  /** Why it is down, where that is nobody's wish. */
  trouble: z
    .strictObject({
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
      exitCode: z.int(),
    })
    .optional(),
});
export type SessionState = z.infer<typeof state>;

/** One drill under way: a folder, and what its state.json said when it was read. */
export interface Session {
  /** Absolute. */
  readonly path: string;
  readonly state: SessionState;
}

/** Where sessions are, below the working directory. */
const sessionsFolder = () => resolve("drills");

/** What lies where in a session's folder. */
export const placesOf = (path: string) => ({
  state: join(path, "state.json"),
  /** What she edits. Nothing of ours is ever written over it. */
  workspace: join(path, "workspace"),
  /** The same as it was handed out: what was changed or deleted is seen by it. */
  before: join(path, "before"),
  /** Records of the live system, one for each time it was up: 1.ndjson, 2.ndjson, ... */
  records: join(path, "record"),
  logs: join(path, "logs"),
  checks: join(path, "checks"),
  notes: join(path, "notes.md"),
  postmortem: join(path, "postmortem.md"),
  /** Who keeps the system up: see claim.ts. */
  claim: join(path, "keeper"),
  /** What the keeper says. */
  log: join(path, "logs", "keeper.log"),
});

/**
 * Makes a session's folder: state and first event, and no more.
 * @throws EnvironmentError NOT_WRITABLE
 */
export async function createSession(
  drill: string,
  { folder, blind = false }: { readonly folder?: string; readonly blind?: boolean } = {},
): Promise<Session> {
  const now = new Date();
  const [startedAt, stamp] = [now.toISOString(), stampOf(now)];
  const id = `${stamp}-${blind ? "blind" : drill}`;
  const path = join(sessionsFolder(), id);
  const run = `${stamp}-${randomBytes(4).toString("hex")}`;
  await writable(path, async () => {
    makeFolder(sessionsFolder());
    await mkdir(path);
    await mkdir(placesOf(path).logs);
  });
  const place = folder === undefined ? {} : { folder };
  const session = await saveState(path, {
    ...{ schema: SESSION_SCHEMA, id, drill, ...place, blind },
    ...{ startedAt, run, life: "starting" },
  });
  await appendEvent(path, "started", { drill: blind ? "blind" : drill });
  return session;
}

/** Writes a session's state, whole or not at all. @throws EnvironmentError NOT_WRITABLE */
export async function saveState(path: string, now: SessionState): Promise<Session> {
  const text = `${JSON.stringify(state.parse(now), null, 2)}\n`;
  await writable(path, () => writeWhole(placesOf(path).state, text));
  return { path, state: now };
}

/**
 * A session by its folder.
 * @throws RunFolderError NO_SESSION where it is none
 */
export async function readSession(path: string): Promise<Session> {
  const { state: file } = placesOf(path);
  const fault = await faultOfPath(file, "file", 64 * KiB);
  if (fault !== undefined) throw noSession(file, fault);
  try {
    return { path: resolve(path), state: state.parse(JSON.parse(await readFile(file, "utf8"))) };
  } catch (cause) {
    throw noSession(file, "is no drill's state", cause);
  }
}

/**
 * The session under way below the working directory, the newest first; undefined where there is
 * none that has not ended. Folders that are none, or can't be read, are passed over.
 */
export async function currentSession(): Promise<Session | undefined> {
  for (const session of await sessions()) if (session.state.life !== "ended") return session;
  return undefined;
}

/** The same, or the newest that has ended: for what can still be asked for then. */
export async function lastSession(): Promise<Session | undefined> {
  const all = await sessions();
  return all.find(({ state: { life } }) => life !== "ended") ?? all[0];
}

/** The session under way. @throws UsageError NO_DRILL */
export async function needSession(): Promise<Session> {
  const session = await currentSession();
  if (session) return session;
  throw new UsageError("NO_DRILL", "There is no drill under way here.", {
    hint: "`aftershock drill` lists them, `aftershock drill 1` begins one; it lies in drills/ of the folder you stand in.",
  });
}

/** All sessions that can be read, the newest first. */
async function sessions(): Promise<readonly Session[]> {
  const root = sessionsFolder();
  const names = await readdir(root).catch(() => []);
  const found = names.map((name) => readSession(join(root, name)).catch(() => undefined));
  return (await Promise.all(found))
    .filter((session) => session !== undefined)
    .toSorted((a, b) => (a.state.startedAt < b.state.startedAt ? 1 : -1));
}

/** Fails with NOT_WRITABLE where the disk would not take what is about to be written. */
export const mustBeWritable = (path: string): Promise<void> =>
  writable(path, () => tryToWrite(path));

/** Does what writes into a session. @throws EnvironmentError NOT_WRITABLE */
export const writable = <T>(path: string, work: () => Promise<T>): Promise<T> =>
  writing(path, work, "Make room, or stand in another folder; nothing of a session is lost.");

const noSession = (file: string, why: string, cause?: unknown) =>
  new RunFolderError("NO_SESSION", `${shown(file)} ${why}.`, {
    hint: "`aftershock drill` tells of the session that is here.",
    cause,
  });
