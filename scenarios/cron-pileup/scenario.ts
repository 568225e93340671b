import { claim, defineScenario, type Evidence, type Figure, MiB, type Stage } from "../../harness/scenario/index.ts";
import { endOfTick, type EndOfTick, firstKill, oldJobs, rowsIn, ticksToRow } from "./reading.ts";

/** Arms whose hang lasts until the kernel kills, or this many ticks; in all others it lasts 9. */
const toTheLimit: Readonly<Record<string, number>> = { broken: 22, healthy: 22, "bigger-box": 42 };

export default defineScenario({
  id: "cron-pileup",
  title: "Cron starts a job a minute, and none of them ever ends",
  story:
    "Cron starts a Django site's script every minute. The script asks an external service with requests.get(url), " +
    "which waits for ever by default. One day the service hangs; the scripts pile up until the servers are out of memory. " +
    "The cure: a timeout on every request, and never two scripts at once.",
  source: { document: "How one default parameter almost killed our servers", publisher: "Filip Němeček", published: "2021-05-02" },
  scaled: [
    { what: "cron's clock", then: "one job a minute", here: "one job a second", why: "18 minutes of climbing take 18 seconds", holds: "only cron's clock is faster (faketime x60); jobs, timeouts and the service keep real time, and all is counted in ticks" },
    { what: "the server", then: "a whole server and its swap", here: "512 MiB without swap", why: "fills up in 18 ticks", holds: "memory per job does not depend on the limit; bigger-box (1 GiB) shows the same slope" },
  ],
  needs: { memory: "672 MiB", cpus: 0.45, seconds: 32 },
  arms: {
    broken: { role: "broken", needs: { seconds: 38 } },
    "flock-and-timeout": { role: "fixed", why: "The story's own: a timeout on each request, and flock so that no second instance starts." },
    "timeout-flock": { role: "fixed", why: "The crontab line alone: timeout 3 flock -n before the command." },
    "flock-timeout-inside": { role: "fixed", why: "The same the other way round: the lock outside, the timeout within it." },
    deadline: { role: "fixed", why: "SIGALRM ends the whole run after 3 s, whatever it waits for; flock keeps others out." },
    "database-lock": { role: "fixed", why: "A transaction held in the database is the lock; a timeout on each request." },
    "timeout-only": { role: "control", why: "5 s on each request: no run waits for ever any more.", rejectedBy: ["one-job-at-a-time", "flat-in-the-drip"] },
    "flock-only": { role: "control", why: "One instance at most: nothing can pile up.", rejectedBy: ["works-again"], needs: { seconds: 26 } },
    "bigger-box": { role: "control", target: "broken", env: { BOX_MEMORY: "1024m" }, why: "Twice the memory.", rejectedBy: ["one-job-at-a-time", "memory-flat", "never-killed"], needs: { memory: "1184 MiB", seconds: 58 } },
    "pkill-every-5": { role: "control", why: "A second crontab line clears what is stuck every five minutes.", rejectedBy: ["one-job-at-a-time"] },
    "killall-before": { role: "control", why: "Each run first ends whatever the last one left.", rejectedBy: ["works-when-slow"] },
    "mkdir-lock": { role: "control", why: "mkdir as the lock, timeout around the command, rmdir after it.", rejectedBy: ["works-again"], needs: { seconds: 26 } },
    healthy: { role: "control", kind: "no fault", target: "broken", env: { UPSTREAM: "healthy" }, why: "The same code and the same ticks, but the service never hangs.", needs: { seconds: 38 } },
  },
  plots: [
    { title: "Processes on the cron box", service: "cronbox", metric: "pids" },
    { title: "Jobs older than a second", observed: "jobs older than 1 s" },
    { title: "Anonymous memory of the cron box", service: "cronbox", metric: "anon", unit: "B" },
  ],
  ready: [{ service: "watcher", command: ["test", "-s", "/var/lib/site/heartbeat"], withinMs: 20_000 }],

  async drive(stage) {
    watch(stage);
    await ticks(stage, 3);
    await spoil(stage, "hang");
    const limit = toTheLimit[stage.arm.name];
    await ticks(stage, limit ?? 9, () => limit !== undefined && stage.events("cronbox", "oom").length > 0);
    if (limit !== undefined) {
      await ticks(stage, 3); // the kernel kills one job a tick, and the box runs on
      stage.phase("restart");
      await stage.restart("cronbox");
      await stage.startService("watcher"); // it shared the box's processes, so it went with them
      watch(stage);
      stage.phase("restarted");
      await ticks(stage, 3);
    }
    const works = await answer(stage, "answers", 9);
    if (limit !== undefined || !works) return;
    await spoil(stage, "slow");
    await ticks(stage, 6, newRows(stage, 2));
    await spoil(stage, "drip");
    await ticks(stage, 7);
    await answer(stage, "after-drip", 5);
  },

  judge: {
    guards: (e) => [
      { what: "cron fired in the baseline, and each job wrote its row", ok: e.load("ticks", e.phase("baseline")) >= 3 && rowsIn(e, "baseline") >= 2 },
      { what: "in the baseline no job lived longer than a tick", ok: oldJobs(e, "baseline") <= 1 },
      { what: "the service left requests unanswered", ok: e.load("requests left hanging") > 0 || e.head.env["UPSTREAM"] === "healthy" },
      { what: "cron fired through the hang", ok: e.load("ticks", e.phase("hang")) >= 8 },
    ],
    figures,
    broken(e) {
      const climb = endOfTick(e, "hang");
      const astray = Math.max(...climb.map(({ tick, jobs }) => Math.abs(jobs - tick)));
      return [
        claim.count("one-more-each-tick", { says: "Each tick of the hang adds one job that does not end: after n ticks there are n, give or take one", n: astray, atMost: 1 }),
        claim.slope("memory-with-the-jobs", { says: "Memory grows with the jobs, 20 to 40 MiB each", ...memoryPerJob(climb), unit: "B/job", atLeast: 20 * MiB, atMost: 40 * MiB }),
        claim.count("limit-reached", { says: "The 512 MiB are full, and the kernel kills, at tick 16 to 20 of the hang", n: e.load("ticks", { from: e.phase("hang").from, to: firstKill(e) }), atLeast: 16, atMost: 20 }),
        claim.count("killed-by-the-kernel", { says: "The kernel's OOM killer struck inside the box", n: e.events("cronbox", "oom").length, atLeast: 1 }),
        claim.count("box-runs-on", { says: "The box itself survives: cron goes on firing after the first kill", n: e.load("ticks", { from: firstKill(e), to: e.phase("hang").to }), atLeast: 2 }),
        claim.count("no-work-in-the-hang", { says: "Not one row is written while the service hangs", n: rowsIn(e, "hang"), atMost: 1 }),
        claim.count("restart-empties-the-box", { says: "A restart sweeps the jobs away; while the service hangs they gather anew, one a tick", n: oldJobs(e, "restarted"), atMost: 4 }),
        claim.count("works-again", { says: "Once the service answers, rows are written again", n: rowsIn(e, "answers"), atLeast: 1 }),
      ];
    },
    fixed: (e) => [
      claim.count("one-job-at-a-time", { says: "While the service hangs, never more than one job is older than a second", n: Math.max(oldJobs(e, "hang"), oldJobs(e, "answers")), atMost: 1 }),
      claim.peak("memory-flat", { says: "The box's anonymous memory stays under 96 MiB through the hang", measured: Math.max(...e.series("cronbox", "anon", e.phase("hang")).v), atMost: 96 * MiB }),
      claim.never("never-killed", { says: "The kernel kills nothing", times: e.events("cronbox", "oom").length }),
      claim.count("works-again", { says: "Once the service answers, a row is written within 7 ticks: a timeout of up to 5 s, and two ticks", n: ticksToRow(e, "answers"), atMost: 7 }),
      ...(e.hasPhase("slow") ? lookAlikes(e) : []), // not played where nothing works any more
    ],
    contrast(broken, fixed) {
      const [b, f] = [broken, fixed].map((e) => endOfTick(e, "hang").findLast(({ tick }) => tick <= 8)!);
      return [
        claim.ratio("fewer-processes", { says: "After 8 ticks of the hang the broken box has at least 2.5 times the processes", of: b!.processes, to: f!.processes, atLeast: 2.5 }),
        claim.ratio("less-memory", { says: "After 8 ticks of the hang the broken box holds at least 3 times the memory", of: b!.bytes, to: f!.bytes, atLeast: 3 }),
      ];
    },
  },
});

/** Services that fail otherwise than by hanging. */
const lookAlikes = (e: Evidence) => [
  claim.count("works-when-slow", { says: "When the service is slow, and a job takes longer than a tick, jobs still get done", n: rowsIn(e, "slow"), atLeast: 1 }),
  claim.count("flat-in-the-drip", { says: "When the service sends a byte a second, never more than one job is older than a second", n: oldJobs(e, "drip"), atMost: 1 }),
];

const memoryPerJob = (climb: readonly EndOfTick[]) => ({ x: climb.map(({ jobs }) => jobs), y: climb.map(({ bytes }) => bytes) });

function figures(e: Evidence): Record<string, Figure> {
  const climb = endOfTick(e, "hang");
  const told = (value: number): Figure => ({ value, unit: "1" });
  return {
    jobsAtTick8: told(climb.findLast(({ tick }) => tick <= 8)!.jobs),
    mostOldJobsInTheHang: told(oldJobs(e, "hang")),
    memoryPeakInTheHang: { value: Math.max(...e.series("cronbox", "anon", e.phase("hang")).v), unit: "B" },
    kernelKills: told(e.events("cronbox", "oom").length),
    ticksUntilWorkIsDoneAgain: told(ticksToRow(e, "answers")),
    ...(e.hasPhase("slow") && { rowsWhenSlow: told(rowsIn(e, "slow")), mostOldJobsInTheDrip: told(oldJobs(e, "drip")) }),
    ...(e.hasPhase("after-drip") && { rowsAfterTheDrip: told(rowsIn(e, "after-drip")) }),
  };
}

const watch = (stage: Stage) => stage.start("watcher", ["python3", "/usr/local/bin/watcher.py"]);

const newRows = (stage: Stage, more = 1) => {
  const rows = () => Number(stage.seen("rows").at(-1) ?? 0);
  const goal = rows() + more;
  return () => rows() >= goal;
};

/** Waits until cron has fired `n` times more, or it is `enough` before; tells whether it was. */
async function ticks(stage: Stage, n: number, enough = () => false): Promise<boolean> {
  const goal = stage.loaded("ticks") + n;
  await stage.until(`${n} ticks of cron`, () => enough() || stage.loaded("ticks") >= goal, { withinMs: 10_000 + 4_000 * n });
  return enough();
}

/** The fault begins right after a job has ended, so that it catches none in flight. */
async function spoil(stage: Stage, mode: string): Promise<void> {
  await ticks(stage, 3, newRows(stage));
  await serve(stage, mode);
  stage.phase(mode);
}

/** The service answers again; tells whether a row was written within `n` ticks. */
async function answer(stage: Stage, phase: string, n: number): Promise<boolean> {
  stage.phase(phase);
  const worked = newRows(stage);
  await serve(stage, "answer");
  return ticks(stage, n, worked);
}

async function serve(stage: Stage, mode: string): Promise<void> {
  const switched = await stage.exec("upstream", ["curl", "-sS", "-X", "PUT", `http://localhost:8080/mode/${mode}`]);
  const before = JSON.parse(switched.stdout) as { mode: string; accepted: number; answered: number };
  stage.observe("requests served", before);
  if (before.mode === "hang") stage.load("requests left hanging", before.accepted - before.answered);
}
