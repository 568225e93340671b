import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acquireEngine } from "../../harness/engine/index.ts";
import { exitCodeOf } from "../../harness/judge/verdict.ts";
import { labelled } from "../../harness/lifecycle/sweep.ts";
import { loadScenario } from "../../harness/scenario/load.ts";
import { silent } from "../../harness/progress.ts";
import { armFile } from "../../harness/replay/run-file.ts";
import { replay, type Replayed } from "../../harness/replay/replay.ts";
import type { ArmRun, Reporter } from "../../harness/report/reporter.ts";

// Every part of a run misbehaves in turn, beside healthy arms: these are judged as ever, each
// trouble is told as what it is, and nothing is left.

const engine = await acquireEngine({ progress: silent });
const scenario = await loadScenario(join(import.meta.dirname, "../fixtures/scenario/misbehave"));
const out = mkdtempSync(join(import.meta.dirname, ".tmp-"));
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(out, { recursive: true, force: true });
});

/** How each arm must come out, and what its reason says. */
const outcomes: Readonly<Record<string, readonly [verdict: string, reason?: RegExp]>> = {
  broken: ["reproduced"],
  healthy: ["fixed"],
  "garbage-lines": ["fixed"],
  "number-that-is-none": ["fixed"],
  "gigabyte-of-output": ["inconclusive", /"head -c 1G \/dev\/zero" in box wrote more than 16 MiB/],
  "gigabyte-of-lines": ["inconclusive", /wrote more than 16 MiB/],
  throws: ["inconclusive", /^TypeError: no such thing \(scenario\.ts:20\)$/],
  "throws-null": ["inconclusive", /^null was thrown/],
  "throws-at-once": ["inconclusive", /^RangeError: at once \(scenario\.ts:23\)$/],
  "never-ends": ["inconclusive", /^The arm was not over within 6 s: its drive did not end$/],
  "never-gives-up": ["inconclusive", /not over within 6 s/],
  "waits-for-ever": ["inconclusive", /within 6 s: it was waiting for "sleep 600" in box/],
  spins: ["inconclusive", /^The arm was not over within 6 s: its drive did not end$/],
  "throws-when-nobody-waits": [
    "inconclusive",
    /^Error: too late to be caught \(scenario\.ts:63\)$/,
  ],
  "late-once": ["fixed"],
  "late-twice": ["inconclusive", /the lab itself stood still for .* may have decided in-time/],
  "judge-never-ends": ["inconclusive", /^The scenario's judge did not end within 30 s\.$/],
  "judge-throws": ["inconclusive", /the judge is ill/],
  "judge-talks-nonsense": ["inconclusive"],
  "observes-a-circle": ["inconclusive"],
  "observes-no-json": ["inconclusive"],
  "unknown-service": ["inconclusive", /"nobody"/],
  "unknown-command": ["inconclusive", /"no-such-command" in box .*not found/s],
  "start-fails": [
    "inconclusive",
    /Waited 1.5 s in vain: it says something; .* in box had ended with 3: its last words/,
  ],
  "stops-its-box": ["inconclusive", /"true" in box was not run: the container of box has ended/],
  "stops-it-twice": ["fixed"],
  "deaf-to-sigterm": ["fixed"],
  "forks-to-its-limit": ["inconclusive", /"bash -c sleep 0 .*" in box/],
  "fills-its-disk": ["inconclusive", /No space left on device/],
  "kills-its-box": ["fixed"],
  "dies-at-once": ["environment", /box was not healthy: .*has ended with 3/],
  "restarts-for-ever": [
    "environment",
    /box was not healthy within 4 s: "sleep 0.2" .*; box was started again \d+ times$/,
  ],
  "killed-at-start": ["environment", /box was not healthy: .*has ended with 137/],
  "no-such-command": ["environment", /has ended with 127/],
  "talks-without-end": ["fixed"],
  "refused-by-the-engine": ["environment", /range of cpus/i],
  "too-large": ["environment", /needs 921600.0 GiB and the machine has/],
  "no-record": ["environment", /record could not be begun: file already exists/],
  "no-logs": ["environment", /record could not be begun: (file|not a directory)/],
};

/** Misbehaves, too: spoils the folder for two arms, and then fails itself. */
const reporter: Reporter = {
  armStarted(arm: ArmRun) {
    const run = join(
      out,
      readdirSync(out).find((name) => /^\d/.test(name))!,
    );
    const name = armFile(arm);
    if (arm.arm === "no-record") writeFileSync(join(run, "record", `${name}.ndjson`), "");
    if (arm.arm === "no-logs") writeFileSync(join(run, "logs", name), "");
  },
  armEnded: ({ arm }) =>
    arm === "no-logs"
      ? (Promise.reject(new Error("a promise that nobody awaits")) as never)
      : undefined,
};

let replayed: Replayed;
let notes: readonly string[];

beforeAll(async () => {
  const told: string[] = [];
  const progress = { ...silent, note: (line: string) => void told.push(line) };
  replayed = await replay({ scenarios: [scenario], out, reporter, progress });
  notes = told;
}, 300_000);

const arms = () => replayed.verdict.scenarios[0]!.arms;

test("every arm is told", () =>
  expect(
    arms()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(Object.keys(outcomes).toSorted()));

test.each(Object.entries(outcomes))("%s: %o", (name, [verdict, reason]) => {
  const arm = arms().find((one) => one.name === name)!;
  expect(arm).toMatchObject({ verdict });
  if (reason) expect(arm.reason).toMatch(reason);
});

test("what the machine left open is played once more, and that is told; what it was is kept", () => {
  const again = arms().filter(({ notes }) =>
    notes.some((note) => note.startsWith("Played again.")),
  );
  expect(again.map(({ name }) => name)).toEqual(["late-once", "late-twice"]);
  for (const { notes } of again)
    expect(notes).toContainEqual(expect.stringMatching(/Of the first time: .* stood still for/));
  const aside = ["late-once", "late-twice"].map((arm) => `misbehave.${arm}.1`);
  const disturbed = join(replayed.folder, "disturbed");
  expect(readdirSync(join(disturbed, "record"))).toEqual(aside.map((name) => `${name}.ndjson`));
  expect(readdirSync(join(disturbed, "logs"))).toEqual(aside);
});

test("no reason has a stack or a path of this machine", () => {
  for (const { reason = "" } of arms()) {
    expect(reason).not.toMatch(/\n\s+at /);
    expect(reason).not.toContain(import.meta.dirname);
  }
});

describe("the run as a whole", () => {
  test("is told by its code, its reports are there, and nothing is left", async () => {
    expect(exitCodeOf(replayed.verdict)).toBe(69);
    expect(replayed).not.toHaveProperty("unaudited");
    expect(replayed).not.toHaveProperty("unreported");
    expect(readdirSync(replayed.folder)).toEqual(
      expect.arrayContaining(["report.html", "verdict.json", "junit.xml", "summary.md"]),
    );
    const { id, leftovers } = JSON.parse(readFileSync(join(replayed.folder, "run.json"), "utf8"));
    expect(leftovers).toEqual([]);
    expect((await labelled(engine.docker)).filter(({ run }) => run === id)).toEqual([]);
  });

  test("a reporter that throws is told once", () =>
    expect(notes.filter((note) => note.includes("reporter"))).toEqual([
      "the reporter failed and is told no more: Error: a promise that nobody awaits",
    ]));
});
