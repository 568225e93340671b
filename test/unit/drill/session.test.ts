import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { appendEvent, readEvents } from "../../../harness/drill/events.ts";
import {
  createSession,
  currentSession,
  lastSession,
  needSession,
  placesOf,
  readSession,
  saveState,
} from "../../../harness/drill/session.ts";

const home = process.cwd();
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drills-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

test("a session is found again from its folder, until it has ended", async () => {
  expect(await currentSession()).toBeUndefined();
  await expect(needSession()).rejects.toMatchObject({ code: "NO_DRILL", exitCode: 64 });
  const { path, state } = await createSession("a-name");
  expect(path).toMatch(/drills\/\d{8}-\d{6}-a-name$/);
  expect(await currentSession()).toEqual({ path, state });
  await saveState(path, { ...state, life: "ended" });
  expect(await currentSession()).toBeUndefined();
  expect((await lastSession())?.path).toBe(path);
});

test("no two sessions have the same label on an engine, also in the same second", async () => {
  const [one, other] = [await createSession("a"), await createSession("b")];
  expect(one.state.run).not.toBe(other.state.run);
});

test("which one was drawn is in no name", async () => {
  const { path, state } = await createSession("a-name", { blind: true });
  expect(`${path} ${state.id} ${readFileSync(join(path, "events.ndjson"), "utf8")}`).not.toMatch(
    /a-name/,
  );
});

test("a state that is none is no session", async () => {
  const { path } = await createSession("a-name");
  writeFileSync(placesOf(path).state, '{"schema":"other"}');
  await expect(readSession(path)).rejects.toMatchObject({ code: "NO_SESSION", exitCode: 65 });
  expect(await currentSession()).toBeUndefined();
});

test("events are read in order; a line that was cut off costs that line alone", async () => {
  const { path } = await createSession("a-name");
  await appendEvent(path, "hint", { hint: 1 });
  appendFileSync(join(path, "events.ndjson"), '{"t":"2026-01-01T00:00:0');
  await appendEvent(path, "guess", { text: "the pool\nis empty" });
  const events = await readEvents(path);
  expect(events.map(({ event }) => event)).toEqual(["started", "hint", "guess"]);
  expect(events[2]).toMatchObject({ text: "the pool\nis empty" });
});

test("many writers at once lose nothing of each other", async () => {
  const { path } = await createSession("a-name");
  const all = Array.from({ length: 50 }, (_, n) => appendEvent(path, "check", { n }));
  await Promise.all(all);
  const numbers = (await readEvents(path)).flatMap(({ n }) => (n === undefined ? [] : [n]));
  expect(new Set(numbers).size).toBe(50);
});
