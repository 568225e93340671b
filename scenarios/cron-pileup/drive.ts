import type { Stage } from "../../harness/scenario/index.ts";

/** Minutes that the hang lasts at most in arms in which it goes on until the kernel kills. */
const toTheLimit: Readonly<Record<string, number>> = { broken: 22, healthy: 22, "bigger-box": 42 };

/** A real minute and two of cron's: a run that waits may come to its end, and the next begin. */
const aRealMinute = 62;

/**
 * Baseline, hang, the service answers again; then the look-alikes, slow and a byte now and then; answers
 * that are none, and a hang of one currency alone; and a long last look, at prices that there were
 * before, where all went well until then. Where the hang is to fill the box, the restart
 * follows it, and the rest is left out.
 */
export async function drive(stage: Stage): Promise<void> {
  const limit = toTheLimit[stage.arm.name];
  stage.start("upstream", ["curl", "-sSN", "http://localhost:8080/told"]);
  await watch(stage);
  await baseline(stage, limit === undefined ? 2 : 12);
  await spoil(stage, "hang");
  await minutes(stage, limit ?? 9, () => limit !== undefined && killed(stage));
  if (limit !== undefined) {
    await minutes(stage, 3); // the kernel kills a job a tick, and the box runs on
    await restart(stage);
    await answer(stage, "answers");
    return;
  }
  if (!(await answer(stage, "answers"))) return;
  await minutes(stage, 2, () => idle(stage));
  await spoil(stage, "slow");
  await minutes(stage, 6, rows(stage, 2));
  await spoil(stage, "drip");
  await minutes(stage, 5);
  if (!(await answer(stage, "after-drip"))) return;
  await spoil(stage, "gibberish");
  await minutes(stage, 3);
  await spoil(stage, "one-hangs");
  await minutes(stage, 5);
  if (!(await answer(stage, "after-odd"))) return;
  await serve(stage, "as-at-first");
  stage.phase("well");
  await minutes(stage, 15);
}

/** Sends the watcher to its post; comes back when it has looked once. */
async function watch(stage: Stage): Promise<void> {
  const looks = stage.seen("rows").length;
  stage.start("watcher", ["python3", "/usr/local/bin/watcher.py"]);
  await stage.until("a first look", () => stage.seen("rows").length > looks, { withinMs: 10_000 });
}

const killed = (stage: Stage) => stage.events("cronbox", "oom").length > 0;
const newest = (stage: Stage, name: string) => Number(stage.seen(name).at(-1) ?? 0);
const idle = (stage: Stage) =>
  newest(stage, "jobs") === 0 && newest(stage, "connections at the service") === 0;

/** Whether `n` more rows than now have been written. */
function rows(stage: Stage, n: number): () => boolean {
  const goal = newest(stage, "rows") + n;
  return () => newest(stage, "rows") >= goal;
}

/** Waits until `n` minutes of cron's have passed, or there is `enough` before; tells if there was. */
async function minutes(stage: Stage, n: number, enough = () => false): Promise<boolean> {
  const goal = stage.loaded("minutes") + n;
  const over = () => enough() || stage.loaded("minutes") >= goal;
  await stage.until(`${n} minutes of cron's`, over, { withinMs: 10_000 + 4_000 * n });
  return enough();
}

/**
 * Waits for five minutes in a row with a row for each, but one (what came before is warming up),
 * and then until a job has written its row and is gone: a fault that begins then catches none that
 * was answered already and has only its row left to write. Who never has them is judged by that;
 * where the fault is to fill the box, a slow machine is given `patience` minutes to come to that.
 */
async function baseline(stage: Stage, patience: number): Promise<void> {
  for (let tries = 1; tries <= 5; tries++) {
    stage.phase("baseline");
    const enough = rows(stage, 4);
    await minutes(stage, 5);
    if (enough()) break;
  }
  const another = rows(stage, 1);
  await minutes(stage, patience, () => another() && idle(stage));
}

async function spoil(stage: Stage, mode: string): Promise<void> {
  await serve(stage, mode);
  stage.phase(mode);
}

/**
 * The service answers again; tells whether a row was written within nine minutes of cron's, or, of
 * a system that has not filled up meanwhile, within a real minute.
 */
async function answer(stage: Stage, phase: string): Promise<boolean> {
  stage.phase(phase);
  const row = rows(stage, 1);
  const full = () => killed(stage) || newest(stage, "connections at the service") > 30;
  await serve(stage, "answer");
  if (!(await minutes(stage, 9, row)) && !full())
    await minutes(stage, aRealMinute - 9, () => row() || full());
  return row();
}

async function restart(stage: Stage): Promise<void> {
  stage.phase("restart");
  await stage.restart("cronbox");
  await stage.startService("watcher"); // it shared the box's processes, and went with them
  await watch(stage);
  stage.phase("restarted");
  await minutes(stage, 3);
}

/** Comes back when the service itself has told that it changed. */
async function serve(stage: Stage, mode: string): Promise<void> {
  const changes = stage.seen("mode").length;
  const url = `http://localhost:8080/mode/${mode}`;
  await stage.exec("upstream", ["curl", "-sSf", "-X", "PUT", url]);
  const told = () => stage.seen("mode").length > changes;
  await stage.until("the service tells of its mode", told, { withinMs: 10_000 });
}
