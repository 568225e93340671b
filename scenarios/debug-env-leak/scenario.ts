import { claim, defineScenario, type Evidence, KiB, MiB, type Stage } from "../../harness/scenario/index.ts";
import { kernelKills, memoryPerRow, runNamed, runs, runUntilItEnds } from "./runs.ts";

const objects = 3000;
const textBytes = 100 * KiB;
const calls = 10_000;

export default defineScenario({
  id: "debug-env-leak",
  title: "The DEBUG variable that nobody set",
  story:
    "A Django command imports a bucket's zipped logs and is killed for its memory, at another key each time. " +
    "The customer has set DEBUG=False; the platform puts a DEBUG of its own on top, and Django keeps every query it ever ran. " +
    "The customer has no shell to see it with. The cure: DEBUG = False, in the code.",
  source: {
    document: "Never trust an environment you do not fully control",
    publisher: "a weblog, category backend; the copy used here names no author",
    published: "2014-12-30",
  },
  scaled: [
    { what: "the data set", then: "2 % of one that takes 26 hours", here: "3,000 logs of 100 KiB, zipped", why: "an import of seconds", holds: "memory per row does not depend on the number of rows (a straight line)" },
    { what: "the bare loop", then: "to the kill", here: "10,000 calls", why: "the kill would take minutes", holds: "bytes per call: the same slope to the end" },
  ],
  needs: { memory: "1.5 GiB", cpus: 1.1, seconds: 32 },
  arms: {
    broken: { role: "broken", needs: { seconds: 60 } },
    "hard-coded": { role: "fixed", why: "The story's own: DEBUG = False in the settings, whatever the environment says." },
    "strict-parse": { role: "fixed", why: "Only a word that means yes switches debug on; the platform's 'agent' does not." },
    "other-name": { role: "fixed", why: "A variable whose name the platform does not use." },
    "reset-queries": { role: "fixed", why: "Debug stays on; the command drops the logged queries after each key, as Django does after each request." },
    "bigger-box": { role: "control", target: "broken", env: { BOX_MEMORY: "1g" }, why: "Twice the memory: the same line reaches 1 GiB before the last key.", rejectedBy: ["never-killed", "ends-well", "every-row"], needs: { memory: "2 GiB" } },
    "no-debug-cursor": { role: "control", why: "use_debug_cursor = False, which by its name keeps queries from being logged.", rejectedBy: ["never-killed", "every-row"] },
    "set-it-again": { role: "control", target: "broken", env: { CUSTOMER: "zero" }, why: "The customer sets the variable once more, to 0: the platform's stays on top.", rejectedBy: ["never-killed", "every-row"] },
    "customer-wins": { role: "control", why: "The platform gives way: DEBUG=False arrives, and its presence alone switches debug on.", rejectedBy: ["never-killed", "every-row"] },
    "restart-on-oom": { role: "control", why: "The platform starts a killed job again; each run gets further, and all rows get there in the end.", rejectedBy: ["never-killed"], needs: { seconds: 50 } },
    "at-home": { role: "control", kind: "no fault", env: { CUSTOMER: "unset" }, why: "The machine at home: the same code, and nobody sets a DEBUG.", needs: { seconds: 40 } },
  },
  plots: [
    { title: "Anonymous memory of the worker", service: "worker", metric: "anon", unit: "B" },
    { title: "Rows in the database", observed: "rows" },
  ],
  ready: [
    { service: "postgres", command: ["pg_isready", "-q", "-h", "127.0.0.1"] },
    { service: "bucket", command: ["curl", "-s", "-o", "/dev/null", "localhost"] },
    { service: "stock", command: ["test", "-e", "/tmp/stocked"] },
  ],

  async drive(stage) {
    const env = await stage.exec("worker", ["printenv", "DEBUG"], { check: false });
    stage.observe("DEBUG by docker exec", env.stdout.trim());
    await runUntilItEnds(stage, "deploy", "migrate");
    stage.start("postgres", ["watch-rows"]);
    const first = await runUntilItEnds(stage, "empty", "import_logs");
    if (stage.arm.role !== "broken" && stage.arm.name !== "at-home") return;
    if (first.killed) await runTwiceMore(stage, first.key);
    await sql(stage, "TRUNCATE archive_logfile");
    await runUntilItEnds(stage, "loop", "bare_loop", String(calls));
  },

  judge: {
    guards: (e) => [
      { what: "the deployment went well in the same box", ok: runNamed(e, "deploy")?.exitCode === 0 },
      { what: "the import handled a thousand keys or more", ok: (runNamed(e, "empty")?.key ?? 0) >= 1000 },
      { what: "the bare loop, where it was played, made all its calls", ok: !e.hasPhase("loop") || runNamed(e, "loop")?.rows === calls },
    ],
    figures: (e) => ({
      peak: { value: e.peak("worker", e.phase("empty")), unit: "B" },
      rowsStored: { value: runNamed(e, "empty")!.stored, unit: "1" },
      kernelKills: { value: kernelKills(e), unit: "1" },
      ...Object.fromEntries(runs(e).filter(({ killed }) => killed).map(({ phase, key }) => [`${phase}DiedAtKey`, { value: key, unit: "1" as const }])),
    }),
    broken(e) {
      const [empty, leftovers, flushed] = ["empty", "leftovers", "flushed"].map((phase) => runNamed(e, phase));
      const both = (a: typeof empty, b: typeof empty) => (a?.killed && b?.killed ? b.key - a.key : 0);
      return [
        claim.count("killed-by-the-kernel", { says: "The kernel's OOM killer ends the import in its 512 MiB box: from empty, on what was left, and from empty again", n: runs(e).filter(({ killed }) => killed).length, exactly: 3 }),
        claim.count("dies-at-another-key", { says: "Run again on what it left, the import dies at least 1,000 keys further on", n: both(empty, leftovers), atLeast: 1000 }),
        claim.count("the-deadly-key-passes", { says: "The key that killed the first run is stored by the second", n: storedThen(e), exactly: 1 }),
        claim.count("and-the-other-way-round", { says: "The key that kills the third run, from empty, had passed on the second", n: both(flushed, leftovers), atLeast: 1 }),
        claim.slope("bytes-per-row", { says: "Each row of 100 KiB leaves more than three times its text in memory", ...memoryPerRow(e, "empty"), unit: "B/row", atLeast: 3 * textBytes }),
        claim.linear("in-a-straight-line", { says: "Memory grows with the rows in a straight line", ...memoryPerRow(e, "empty"), withinShare: 0.1 }),
        claim.count("debug-is-on", { says: "The command itself reports settings.DEBUG = True in every run, and DEBUG=agent as what it was given", n: runs(e).filter((run) => run.settingsDebug && run.environDebug === "agent").length, exactly: 4 }),
        claim.count("looks-right-from-outside", { says: "docker exec sees the customer's DEBUG=False", n: e.observed("DEBUG by docker exec") === "False" ? 1 : 0, exactly: 1 }),
        claim.slope("bare-loop-leaks", { says: "The bare loop over get_or_create keeps 1 kB or more a call: no S3, nothing unzipped", ...memoryPerRow(e, "loop"), unit: "B/call", atLeast: 1000 }),
      ];
    },
    fixed(e) {
      const run = runNamed(e, "empty")!;
      return [
        claim.never("never-killed", { says: "The kernel kills nothing", times: kernelKills(e) }),
        claim.count("ends-well", { says: "The import ends with exit code 0", n: run.exitCode, exactly: 0 }),
        claim.count("every-row", { says: "Every one of the 3,000 logs is stored", n: run.stored, exactly: objects }),
        claim.value("every-character", { says: "The stored text is as long as all logs unzipped", measured: run.characters, unit: "B", exactly: objects * textBytes }),
        claim.peak("stays-small", { says: "The worker's box never holds 150 MiB", measured: e.peak("worker", e.phase("empty")), atMost: 150 * MiB }),
      ];
    },
    contrast: (broken, fixed) => [
      claim.ratio("less-memory", { says: "The broken import's peak is at least 5 times the fixed one's", of: broken.peak("worker", broken.phase("empty")), to: fixed.peak("worker", fixed.phase("empty")), atLeast: 5 }),
    ],
  },
});

const sql = async (stage: Stage, statement: string) => (await stage.exec("postgres", ["sql", statement])).stdout.trim();

const storedThen = (e: Evidence) => (runNamed(e, "leftovers") ? e.number("the deadly key stored") : 0);

/** On what the first run left, then from empty once more. */
async function runTwiceMore(stage: Stage, deadlyKey: number): Promise<void> {
  await runUntilItEnds(stage, "leftovers", "import_logs");
  const where = `name = '${String(deadlyKey).padStart(4, "0")}.log.gz' AND length(text) > 0`;
  stage.observe("the deadly key stored", Number(await sql(stage, `SELECT count(*) FROM archive_logfile WHERE ${where}`)), "1");
  await sql(stage, "TRUNCATE archive_logfile");
  await runUntilItEnds(stage, "flushed", "import_logs");
}
