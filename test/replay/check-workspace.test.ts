import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEvents } from "../../harness/drill/events.ts";
import { saveState } from "../../harness/drill/session.ts";
import { acquireEngine } from "../../harness/engine/index.ts";
import { labelled } from "../../harness/lifecycle/sweep.ts";
import { label } from "../../harness/lifecycle/labels.ts";
import { silent } from "../../harness/progress.ts";
import { main } from "../process/command.ts";
import { until } from "../support/until.ts";

// A drill's workspace, checked as a learner does: in its session, and at each save.

const scenario = join(import.meta.dirname, "../fixtures/scenario/tally");
const wrong = readFileSync(join(scenario, "tally.py"), "utf8");
const right = wrong.replace('"x" * int(os.environ["KEPT"])', "None");
let folder = "";
let session = "";
beforeAll(async () => {
  folder = await mkdtemp(join(import.meta.dirname, ".tmp-"));
  session = join(folder, "drills/20260101-000000-the-counter-that-grows");
  await mkdir(join(session, "before/code"), { recursive: true });
  await writeFile(join(session, "before/code/tally.py"), wrong);
  await cp(join(session, "before"), join(session, "workspace"), { recursive: true });
  await saveState(session, {
    ...{ schema: "aftershock/drill@1", id: "20260101-000000-the-counter-that-grows" },
    ...{ drill: "the-counter-that-grows", folder: scenario, blind: false },
    ...{ startedAt: new Date().toISOString(), run: "drill-of-a-test", life: "down" },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const code = () => join(session, "workspace/code/tally.py");
const inDrill = (...flags: string[]) => main(["check", ...flags], { cwd: folder });

test("what is fixed is 0, what is deleted is gone: the job isn't done, and that is 1", async () => {
  await writeFile(code(), right);
  const fixed = await inDrill("--json");
  expect(fixed.stderr + fixed.stdout).not.toMatch(/tally(?!\.py)/);
  expect(JSON.parse(fixed.stdout)).toMatchObject({ check: 1, verdict: "fixed", exitCode: 0 });
  expect(fixed.exitCode).toBe(0);

  await rm(join(session, "workspace/code"), { recursive: true });
  const emptied = await inDrill();
  expect(emptied.stdout).toMatch(/NO {2}it does its job at all/);
  expect(emptied.stdout).toContain("the-counter-that-grows, check 2: not fixed");
  expect(emptied.exitCode).toBe(1);

  const events = await readEvents(session);
  expect(events.map(({ event }) => event)).toEqual(["check", "fixed", "check"]);
  expect((await readdir(join(session, "checks"))).toSorted()).toEqual(["1", "2", "latest"]);
  expect(await readFile(join(session, "checks/1/fix.patch"), "utf8")).toContain(
    "+        kept.append(None)",
  );
  const again = await main(["recheck", join(session, "checks/1"), "--scenario", scenario]);
  expect(again.exitCode).toBe(0);
}, 60_000);

test("--watch judges at each save, ends a check for the next, and leaves nothing", async () => {
  await mkdir(join(session, "workspace/code"), { recursive: true });
  await writeFile(code(), `${wrong}# still wrong\n`);
  const watching = main(["check", "--watch"], { cwd: folder, buffer: true });
  let said = "";
  watching.stdout.on("data", (text: Buffer) => (said += text.toString()));
  const says = (what: RegExp) =>
    until(`it says ${what}`, () => what.test(said), 60_000).catch((error: Error) => {
      throw new Error(`${error.message} It said:\n${said}`);
    });
  try {
    await says(/check 3 .*[\s\S]*- it builds .* ok\n/);
    await writeFile(code(), `${right}this is no Python\n`);
    await says(/saved: this check is over[\s\S]*check 4 .*1 file saved/);
    await says(/check 4 [\s\S]*- it parses .* NO\n[\s\S]*SyntaxError/);
    await writeFile(code(), right);
    await says(
      /check 5 [\s\S]*- it starts, and answers .* ok\n[\s\S]*: fixed, .*s\nWaiting for the next save/,
    );
  } finally {
    watching.kill("SIGINT");
  }
  expect((await watching).exitCode).toBe(130);
  expect(said).not.toMatch(/tally(?!\.py)/);
  // What was cut off is gone; the numbers that were told are those of the folders.
  const checks = await readdir(join(session, "checks"));
  expect(checks).not.toContain("3");
  expect(checks).toContain("5");
  expect(await readlink(join(session, "checks/latest"))).toBe("5");

  await using engine = await acquireEngine({ progress: silent });
  const left = await labelled(engine.docker, `${label.scenario}=tally`);
  expect(left).toEqual([]);
}, 120_000);
