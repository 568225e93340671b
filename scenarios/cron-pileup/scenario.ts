import { defineScenario, type Arm } from "../../harness/scenario/index.ts";
import { drive } from "./drive.ts";
import { judge } from "./judge.ts";

const fix = (why: string): Arm => ({ role: "fixed", why });
const wrongFix = (why: string, ...rejectedBy: string[]): Arm => ({
  role: "control",
  why,
  rejectedBy,
});
/** Where a lock stands before the command, few ticks start a Python. */
const light = (arm: Arm): Arm => ({ ...arm, needs: { cpus: 0.25 } });
/** Hardly any tick starts one. */
const idle = (arm: Arm): Arm => ({ ...arm, needs: { cpus: 0.12 } });

export default defineScenario({
  id: "cron-pileup",
  title: "Cron starts a job a minute, and none of them ends",
  story:
    "Cron starts a Django site's script every minute. The script asks an external service with " +
    "requests.get(url), which by default waits for ever. When the service hangs, the scripts pile " +
    "up until the servers are out of memory. The cure: a timeout on every request, and never two " +
    "scripts at once.",
  headline: {
    figure: "memoryPeakInTheHang",
    failed: "Jobs pile up, fill the memory, and are killed",
    held: "A lock and a timeout: never two jobs at once",
    watched: "processes",
  },
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
      holds:
        "only cron's clock is fast: jobs and timeouts keep real time; all is counted in its ticks",
    },
    {
      what: "the server",
      then: "a whole server and its swap",
      here: "512 MiB, no swap",
      why: "full in 18 ticks",
      holds: "a job takes the same memory in the 1 GiB box, which only lasts twice as long",
    },
  ],
  needs: { memory: "672 MiB", cpus: 0.5, seconds: 54 },
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
    "timeout-only": wrongFix(
      "No request waits longer than 5 s.",
      "one-run-at-a-time",
      "few-connections",
    ),
    "flock-only": idle(wrongFix("With one run at a time nothing can pile up.", "works-again")),
    "bigger-box": {
      ...wrongFix("Twice the memory.", "one-run-at-a-time", "memory-flat", "never-killed"),
      upholds: ["one-more-each-tick", "memory-with-the-jobs"],
      target: "broken",
      env: { BOX_MEMORY: "1024m" },
      needs: { memory: "1184 MiB", seconds: 50 },
    },
    "pkill-every-5": wrongFix("Every five minutes whatever is stuck goes.", "memory-flat"),
    "killall-before": wrongFix("Each run first ends what is left of others.", "works-when-slow"),
    "mkdir-lock": idle(wrongFix("mkdir as the lock, timeout 10, then rmdir.", "works-again")),
    "one-worker": idle(wrongFix("One asyncio worker; a run is a task of it.", "few-connections")),
    "every-five-minutes": {
      ...wrongFix("A fifth of the runs pile up five times as slowly.", "each-minute"),
      needs: { cpus: 0.12, seconds: 50 },
    },
    "curl-job": idle(wrongFix("The job in curl takes next to no memory.", "one-run-at-a-time")),
    healthy: {
      role: "control",
      kind: "no fault",
      rejectedBy: ["one-more-each-tick", "killed-by-the-kernel", "no-work", "swept-away"],
      upholds: ["each-minute", "rows-true", "one-run-at-a-time", "memory-flat", "never-killed"],
      why: "The broken code, but the service goes on answering.",
      target: "broken",
      env: { UPSTREAM: "healthy" },
    },
  },
  plots: [
    { title: "Processes on the cron box", service: "cronbox", metric: "pids" },
    { title: "Connections open at the service", observed: "connections at the service" },
    { title: "Anonymous memory of the cron box", service: "cronbox", metric: "anon", unit: "B" },
  ],
  ready: [
    {
      service: "upstream",
      command: ["curl", "-sSf", "-X", "PUT", "http://localhost:8080/mode/answer"],
    },
    {
      service: "watcher",
      command: ["python3", "/usr/local/bin/watcher.py", "ready"],
      of: "system",
    },
  ],
  fixable: { places: { site: { services: ["cronbox"], at: "/site" } } },
  loads: ["ticks"], // of a fix without cron
  phases: [
    "restarted",
    "slow",
    "drip",
    "after-drip",
    "gibberish",
    "one-hangs",
    "after-odd",
    "well",
  ],
  judge,
  drive,
});
