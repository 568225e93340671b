import { defineScenario, type Arm, type Stage } from "../../harness/scenario/index.ts";
import { judge } from "./judge.ts";

const fix = (why: string): Arm => ({ role: "fixed", why });
const wrongFix = (why: string, ...rejectedBy: string[]): Arm => ({
  role: "control",
  why,
  rejectedBy,
});
/** Where flock stands before the command, few ticks start a Python. */
const light = (arm: Arm): Arm => ({ ...arm, needs: { cpus: 0.4 } });

/** Ticks that the hang lasts at most in arms in which it goes on until the kernel kills. */
const toTheLimit: Readonly<Record<string, number>> = { broken: 22, healthy: 22, "bigger-box": 42 };

export default defineScenario({
  id: "cron-pileup",
  title: "Cron starts a job a minute, and none of them ends",
  story:
    "Cron starts a Django site's script every minute. The script asks an external service with " +
    "requests.get(url), which by default waits for ever. When the service hangs, the scripts pile " +
    "up until the servers are out of memory. The cure: a timeout on every request, and never two " +
    "scripts at once.",
  source: {
    document: "How one default parameter almost killed our servers",
    publisher: "Filip Němeček",
    published: "2021-05-02",
  },
  scaled: [
    {
      what: "cron's clock",
      then: "a job a minute",
      here: "a job a second",
      why: "18 minutes of climbing take 18 seconds",
      holds: "only cron's clock is fast: jobs and timeouts keep real time; all is counted in ticks",
    },
    {
      what: "the server",
      then: "a whole server and its swap",
      here: "512 MiB, no swap",
      why: "full in 18 ticks",
      holds: "a job takes the same memory in the 1 GiB box, which only lasts twice as long",
    },
  ],
  needs: { memory: "672 MiB", cpus: 0.6, seconds: 30 },
  arms: {
    broken: { role: "broken" },
    "flock-and-timeout": light(
      fix("The story's own: a timeout on each request, and one run at a time."),
    ),
    "timeout-flock": light(fix("The crontab line alone: timeout 3 flock -n before the command.")),
    "flock-timeout-inside": light(fix("The lock outside, timeout 3 inside it.")),
    deadline: light(
      fix("SIGALRM ends a run after 3 s, whatever it waits for; flock for the rest."),
    ),
    "database-lock": fix("A lock in the database, and a timeout on each request."),
    "timeout-only": wrongFix("No request waits longer than 5 s.", "one-job-at-a-time", "drip-flat"),
    "flock-only": light(wrongFix("With one run at a time nothing can pile up.", "works-again")),
    "bigger-box": {
      ...wrongFix("Twice the memory.", "one-job-at-a-time", "memory-flat", "never-killed"),
      target: "broken",
      env: { BOX_MEMORY: "1024m" },
      needs: { memory: "1184 MiB", seconds: 50 },
    },
    "pkill-every-5": wrongFix("Every five minutes whatever is stuck goes.", "one-job-at-a-time"),
    "killall-before": wrongFix("Each run first ends what is left of others.", "works-when-slow"),
    "mkdir-lock": light(wrongFix("mkdir as the lock, timeout 3, then rmdir.", "works-again")),
    healthy: {
      role: "control",
      kind: "no fault",
      why: "The broken code, but the service goes on answering.",
      target: "broken",
      env: { UPSTREAM: "healthy" },
    },
  },
  plots: [
    { title: "Processes on the cron box", service: "cronbox", metric: "pids" },
    { title: "Jobs older than a second", observed: "jobs older than 1 s" },
    { title: "Anonymous memory of the cron box", service: "cronbox", metric: "anon", unit: "B" },
  ],
  ready: [{ service: "watcher", command: ["python3", "/usr/local/bin/watcher.py", "ready"] }],
  judge,

  async drive(stage) {
    const limit = toTheLimit[stage.arm.name];
    watch(stage);
    await baseline(stage);
    await settled(stage);
    await spoil(stage, "hang");
    await ticks(stage, limit ?? 9, () => limit !== undefined && killed(stage));
    if (limit !== undefined) {
      await ticks(stage, 3); // the kernel kills a job a tick, and the box runs on
      await restart(stage);
    }
    const works = await answer(stage, "answers", 9);
    if (limit !== undefined || !works) return;
    await settled(stage);
    await spoil(stage, "slow");
    await ticks(stage, 6, rows(stage, 2));
    await spoil(stage, "drip");
    await ticks(stage, 5);
    await answer(stage, "after-drip", 5);
  },
});

const watch = (stage: Stage) => stage.start("watcher", ["python3", "/usr/local/bin/watcher.py"]);

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

/** Waits for three jobs in a row that end in time; what came before them is warming up. */
async function baseline(stage: Stage): Promise<void> {
  for (let tries = 1; tries <= 15; tries++) {
    const looks = stage.seen("jobs older than 1 s").length;
    const written = rows(stage, 3);
    await ticks(stage, 4, written);
    if (written() && !stage.seen("jobs older than 1 s").slice(looks).some(Number)) return;
    stage.phase("baseline");
  }
}

/** Waits for the end of a job, so that a fault which begins now catches none in flight. */
async function settled(stage: Stage): Promise<void> {
  const row = rows(stage, 1);
  await ticks(stage, 4, () => row() && stage.seen("jobs").at(-1) === 0);
}

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
  const seen = stage.seen("jobs").length;
  watch(stage);
  await stage.until("a first look", () => stage.seen("jobs").length > seen, { withinMs: 10_000 });
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
