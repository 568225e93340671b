import type { Stage } from "../../harness/scenario/index.ts";

/** Ticks that the hang lasts at most in arms in which it goes on until the kernel kills. */
const toTheLimit: Readonly<Record<string, number>> = { broken: 22, healthy: 22, "bigger-box": 42 };

/**
 * Baseline, hang, the service answers again; and then the look-alikes: slow, a byte a second.
 * Where the hang is to fill the box, the restart follows it, and the look-alikes are left out.
 */
export async function drive(stage: Stage): Promise<void> {
  const limit = toTheLimit[stage.arm.name];
  await watch(stage);
  await baseline(stage);
  await spoil(stage, "hang");
  await ticks(stage, limit ?? 9, () => limit !== undefined && killed(stage));
  if (limit !== undefined) {
    await ticks(stage, 3); // the kernel kills a job a tick, and the box runs on
    await restart(stage);
  }
  const works = await answer(stage, "answers", 9);
  if (limit !== undefined || !works) return;
  await ticks(stage, 2, () => idle(stage));
  await spoil(stage, "slow");
  await ticks(stage, 6, rows(stage, 2));
  await spoil(stage, "drip");
  await ticks(stage, 5);
  await answer(stage, "after-drip", 5);
}

/** Sends the watcher to its post; comes back when it has looked once. */
async function watch(stage: Stage): Promise<void> {
  const looks = stage.seen("rows").length;
  stage.start("watcher", ["python3", "/usr/local/bin/watcher.py"]);
  await stage.until("a first look", () => stage.seen("rows").length > looks, { withinMs: 10_000 });
}

const killed = (stage: Stage) => stage.events("cronbox", "oom").length > 0;

/** Whether `n` more rows than now have been written. */
function rows(stage: Stage, n: number): () => boolean {
  const written = () => Number(stage.seen("rows").at(-1) ?? 0);
  const goal = written() + n;
  return () => written() >= goal;
}

/** Waits until cron has fired `n` times more, or there is `enough` before; tells if there was. */
async function ticks(stage: Stage, n: number, enough = () => false): Promise<boolean> {
  const goal = stage.loaded("ticks") + n;
  const over = () => enough() || stage.loaded("ticks") >= goal;
  await stage.until(`${n} ticks of cron`, over, { withinMs: 10_000 + 4_000 * n });
  return enough();
}

/**
 * Waits for three ticks in a row whose jobs all end in time (what came before is warming up), and
 * then until the newest tick's job has written its row and none is alive: a fault that begins then
 * catches no job that was answered already and has only its row left to write.
 */
async function baseline(stage: Stage): Promise<void> {
  for (let tries = 1; tries <= 15; tries++) {
    const looks = stage.seen("jobs older than 1 s").length;
    const written = rows(stage, 3);
    await ticks(stage, 3);
    const another = rows(stage, 1);
    const over = await ticks(stage, 2, () => another() && idle(stage));
    const late = stage.seen("jobs older than 1 s").slice(looks).some(Number);
    if (over && written() && !late) return;
    stage.phase("baseline");
  }
}

const idle = (stage: Stage) => stage.seen("jobs").at(-1) === 0;

async function spoil(stage: Stage, mode: string): Promise<void> {
  await serve(stage, mode);
  stage.phase(mode);
}

/** The service answers again; tells whether a row was written within `n` ticks. */
async function answer(stage: Stage, phase: string, n: number): Promise<boolean> {
  stage.phase(phase);
  const row = rows(stage, 1);
  await serve(stage, "answer");
  return ticks(stage, n, row);
}

async function restart(stage: Stage): Promise<void> {
  stage.phase("restart");
  await stage.restart("cronbox");
  await stage.startService("watcher"); // it shared the box's processes, and went with them
  await watch(stage);
  stage.phase("restarted");
  await ticks(stage, 3);
}

async function serve(stage: Stage, mode: string): Promise<void> {
  const url = `http://localhost:8080/mode/${mode}`;
  const { stdout } = await stage.exec("upstream", ["curl", "-sS", "-X", "PUT", url]);
  const before = JSON.parse(stdout) as { mode: string; accepted: number; answered: number };
  stage.observe("requests served", before);
  if (before.mode === "hang")
    stage.load("requests left hanging", before.accepted - before.answered);
}
