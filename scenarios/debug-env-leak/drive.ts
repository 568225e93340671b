import { MiB, type Stage } from "../../harness/scenario/index.ts";
import { connections, differences, isTableThere, storedOf } from "./lab.ts";
import { tableOf, textsInBucket, truncate } from "./lab.ts";
import { contentAfter, isWell, jobOf, type Phase, type Run } from "./reading.ts";

/** How often the bare loop goes round. */
export const calls = 10_000;
/** What the bucket has sent, of its 50 MiB, when an import is broken off: some hundred logs. */
const BROKEN_OFF_AFTER = 2 * MiB;
/** As often the rows are counted, and are no more, where a worker waits for an object. */
const STILL = 4;
/** How long a worker that goes on running is left alone before its work is looked at, milliseconds. */
const SETTLES_MS = 5_000;
/** The last look: longer than a timer that does damage later would wait, milliseconds. */
const LAST_LOOK_MS = 30_000;

/** The author's steps: import; again on what is left; again from empty; then the bare loop. A fix has others. */
export async function drive(stage: Stage): Promise<void> {
  if (saysItself(stage)) {
    const seen = await stage.exec("worker", ["printenv", "DEBUG"], { check: false });
    stage.observe("DEBUG by docker exec", seen.stdout.trim());
  }
  await run(stage, "deploy", ["migrate"], () => isTableThere(stage));
  if (saysItself(stage)) await askSettings(stage);
  stage.start("postgres", ["watch-rows"]);
  if (stage.arm.role === "broken") return takeApart(stage);
  if (stage.arm.name !== "at-home") return tryFix(stage);
  await importAll(stage, "empty");
  await runBareLoop(stage);
}

async function takeApart(stage: Stage): Promise<void> {
  const first = await run(stage, "empty", ["import_logs"]);
  if (first.exitCode === 137) await runTwiceMore(stage, first.lastKey);
  await runBareLoop(stage);
}

async function runTwiceMore(stage: Stage, deadlyKey: number): Promise<void> {
  await run(stage, "leftovers", ["import_logs"]);
  const name = `${String(deadlyKey).padStart(4, "0")}.log.gz`;
  const { stdout } = await stage.exec("postgres", [
    "sql",
    `SELECT count(*) FROM archive_logfile WHERE name = '${name}' AND text <> ''`,
  ]);
  stage.observe("the deadly key stored", Number(stdout), "1");
  await truncate(stage);
  await run(stage, "flushed", ["import_logs"]);
}

async function runBareLoop(stage: Stage): Promise<void> {
  await truncate(stage);
  await run(stage, "loop", ["bare_loop", String(calls)]);
}

/** An import that is broken off; all that it left; then, if all is well, what has changed; and a last look. */
async function tryFix(stage: Stage): Promise<void> {
  await breakOff(stage);
  const before = await importAll(stage, "empty");
  if (!before) return;
  stage.observe("connections after empty", (await connections(stage)).all, "1");
  await stage.exec("stock", ["/change.py"]);
  const after = await importAll(stage, "again");
  if (!after) return;
  // The change itself is of 20 objects.
  stage.observe("objects altered", differences(before, after) - 20, "1");
  stage.phase("last look");
  await stage.watch(LAST_LOOK_MS);
  stage.observe("the worker goes on", isUp(stage));
  stage.observe("connections", await connections(stage));
  stage.observe(contentAfter("last look"), await storedOf(stage, after));
}

/**
 * An import that a deployment ends, as one of 26 hours will see: the worker's box is stopped in
 * mid-work. Who has ended before that had nothing to be broken off.
 */
async function breakOff(stage: Stage): Promise<void> {
  const bucket = await textsInBucket(stage);
  const ends = () => stage.events("worker", "die").length;
  const before = { ends: ends(), sent: sentByBucket(stage) };
  const hasEnded = () => ends() > before.ends;
  if (!isUp(stage)) await stage.startService("worker");
  stage.phase("first try");
  stage.start("worker", ["/platform/dispatch", "import_logs"]);
  stage.load("jobs");
  await stage.until(
    "the import to fetch some hundred logs",
    () => hasEnded() || sentByBucket(stage) - before.sent >= BROKEN_OFF_AFTER,
    { withinMs: 200_000, of: "system" },
  );
  if (!hasEnded()) await stopInMidWork(stage, hasEnded);
  stage.observe(contentAfter("first try"), await storedOf(stage, bucket));
}

/** The bucket's server stands still for a while, so that the worker is stopped as it waits for an object. */
async function stopInMidWork(stage: Stage, hasEnded: () => boolean): Promise<void> {
  stage.phase("broken off");
  await stage.exec("bucket", ["pkill", "-STOP", "java"]);
  const counted = stage.seen("rows").length;
  const isWaiting = () => {
    const last = stage.seen("rows").slice(counted).slice(-STILL);
    return last.length === STILL && last.every((rows) => rows === last[0]);
  };
  await stage.attempt(() => hasEnded() || isWaiting(), { withinMs: 10_000 });
  await stage.stop("worker");
  await stage.until("the worker to be stopped", hasEnded, { withinMs: 10_000 });
  await stage.exec("bucket", ["pkill", "-CONT", "java"]);
}

const sentByBucket = (stage: Stage) => stage.latest("bucket")?.tx ?? 0;

/** Imports the bucket; gives what that holds if all of it is stored in the end. */
async function importAll(stage: Stage, phase: "empty" | "again") {
  const bucket = await textsInBucket(stage);
  const isStored = async () =>
    Number(stage.seen("rows").at(-1)) >= bucket.size &&
    (await storedOf(stage, bucket)).right === bucket.size;
  const { exitCode } = await run(stage, phase, ["import_logs"], isStored);
  const stored = await storedOf(stage, bucket);
  stage.observe(contentAfter(phase), stored);
  const killed = stage.events("worker", "oom").length > 0;
  return isWell(exitCode, stored, bucket.size) && !killed ? bucket : undefined;
}

/**
 * Hands the waiting worker a job, as a phase of that name, and sees it to its end: that of the
 * worker, or, where it goes on running, of the job.
 */
async function run(
  stage: Stage,
  phase: Phase,
  job: readonly string[],
  isDone: () => Promise<boolean> = async () => false,
): Promise<Run> {
  const ends = () => stage.events("worker", "die");
  const kills = () => stage.events("worker", "oom").length;
  const before = {
    ends: ends().length,
    kills: kills(),
  };
  if (!isUp(stage)) await stage.startService("worker");
  stage.phase(phase);
  stage.start("worker", ["/platform/dispatch", ...job]);
  stage.load("jobs");
  const given =
    saysItself(stage) && phase !== "deploy"
      ? await debugGiven(stage, () => ends().length > before.ends)
      : null;
  let settled = stage.now() + SETTLES_MS;
  const end = await stage.until(
    `the job of ${phase} to be done`,
    async () => {
      const end = ends()[before.ends];
      if (end) return { exitCode: end.exitCode ?? -1 };
      if (stage.now() < settled) return undefined;
      const done = await isDone();
      settled = stage.now() + SETTLES_MS;
      return done ? { exitCode: null } : undefined;
    },
    { withinMs: 200_000, of: "system" },
  );
  // The engine tells of a kill a little late; it belongs to this phase.
  if (end.exitCode === 137) await stage.attempt(() => kills() > before.kills, { withinMs: 5_000 });
  if (phase === "deploy")
    await stage.until("the deployment to lay the table", () => isTableThere(stage), {
      withinMs: 5_000,
      of: "system",
    });
  const isOn = stage.seen(DJANGOS_DEBUG).at(-1) === true;
  const result = { phase, ...end, ...(await tableOf(stage)), isOn, given };
  stage.observe(jobOf(phase), result);
  return result;
}

const isUp = (stage: Stage) =>
  stage.events("worker").findLast(({ action }) => action === "start" || action === "die")
    ?.action !== "die";

/** What the worker was given, and what Django makes of it, is asked of the story's own program alone. */
const saysItself = ({ arm }: Stage) => arm.role === "broken" || arm.role === "control";

const DJANGOS_DEBUG = "settings.DEBUG";

/** Has Django tell by a job of its own, in the environment that jobs have, what it made of that. */
async function askSettings(stage: Stage): Promise<void> {
  const ends = () => stage.events("worker", "die").length;
  const before = { ends: ends(), log: (await stage.logs("worker")).length };
  if (!isUp(stage)) await stage.startService("worker");
  stage.start("worker", ["/platform/dispatch", "diffsettings"]);
  await stage.until("Django to tell its settings", () => ends() > before.ends, {
    withinMs: 60_000,
    of: "system",
  });
  // It tells what is not as by default, which is False.
  const said = (await stage.logs("worker")).slice(before.log);
  stage.observe(DJANGOS_DEBUG, /^DEBUG = True$/m.test(said));
}

/** DEBUG as the job's process was given it, the only place that shows; null of a job that is over. */
async function debugGiven(stage: Stage, isOver: () => boolean): Promise<string | null> {
  const look = ["sh", "-c", "tr '\\0' '\\n' </proc/$(pgrep -o python2.7)/environ"];
  const environ = await stage.attempt(
    async () => {
      // It may not have begun, and may be over by now.
      const told = await stage.exec("worker", look, { check: false }).catch(() => undefined);
      return (told?.exitCode === 0 && told.stdout) || isOver();
    },
    { withinMs: 60_000, everyMs: 200 },
  );
  return /^DEBUG=(.*)$/m.exec(String(environ))?.[1] ?? null;
}
