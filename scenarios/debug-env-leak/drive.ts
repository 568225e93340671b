import type { Stage } from "../../harness/scenario/index.ts";
import { jobOf, type Phase, type Run } from "./reading.ts";

/** How often the bare loop goes round. */
export const calls = 10_000;

/** The author's steps: import; again on what is left; again from empty; then the bare loop. */
export async function drive(stage: Stage): Promise<void> {
  const seen = await stage.exec("worker", ["printenv", "DEBUG"], { check: false });
  stage.observe("DEBUG by docker exec", seen.stdout.trim());
  await run(stage, "deploy", "migrate");
  stage.start("postgres", ["watch-rows"]);
  const first = await run(stage, "empty", "import_logs");
  if (stage.arm.role !== "broken" && stage.arm.name !== "at-home") return;
  if (first.killed) await runTwiceMore(stage, first.key);
  await sql(stage, "TRUNCATE archive_logfile");
  await run(stage, "loop", "bare_loop", String(calls));
}

async function runTwiceMore(stage: Stage, deadlyKey: number): Promise<void> {
  await run(stage, "leftovers", "import_logs");
  const name = `${String(deadlyKey).padStart(4, "0")}.log.gz`;
  const stored = await sql(
    stage,
    `SELECT count(*) FROM archive_logfile WHERE name = '${name}' AND text <> ''`,
  );
  stage.observe("the deadly key stored", Number(stored), "1");
  await sql(stage, "TRUNCATE archive_logfile");
  await run(stage, "flushed", "import_logs");
}

/** Hands the waiting worker a job, as a phase of that name, and sees it to its end. */
async function run(stage: Stage, phase: Phase, ...job: string[]): Promise<Run> {
  const told = (action: "die" | "oom") => stage.events("worker", action);
  if (told("die").length > 0) await stage.startService("worker");
  const before = {
    log: await stage.logs("worker"),
    ends: told("die").length,
    ooms: told("oom").length,
  };
  stage.phase(phase);
  await stage.exec("worker", ["/platform/dispatch", ...job]);
  const { exitCode = -1 } = await stage.until(`${phase} to end`, () => told("die")[before.ends], {
    withinMs: 900_000,
  });
  const killed = await stage.attempt(() => exitCode === 137 && told("oom").length > before.ooms, {
    withinMs: exitCode === 137 ? 5_000 : 0,
  });
  const result = {
    phase,
    exitCode,
    killed: killed ?? false,
    ...heard((await stage.logs("worker")).slice(before.log.length)),
    ...(await counted(stage)),
  };
  stage.observe(jobOf(phase), result);
  stage.load("keys", result.key);
  return result;
}

/** What the command writes, one JSON object a line. */
type Said = { key?: number; settings_debug?: boolean; environ_debug?: string | null };

function heard(log: string): Pick<Run, "key" | "settingsDebug" | "environDebug"> {
  const said = log
    .split("\n")
    .filter((line) => /^\{.*\}$/.test(line))
    .map((line) => JSON.parse(line) as Said);
  const settings = said.findLast((line) => line.settings_debug !== undefined);
  return {
    key: said.findLast((line) => line.key !== undefined)?.key ?? 0,
    settingsDebug: settings?.settings_debug ?? false,
    environDebug: settings?.environ_debug ?? null,
  };
}

async function counted(stage: Stage): Promise<Pick<Run, "rows" | "stored" | "textBytes">> {
  const answer = await sql(
    stage,
    "SELECT count(*), count(*) FILTER (WHERE text <> ''), coalesce(sum(octet_length(text)), 0) FROM archive_logfile",
  );
  const [rows = 0, stored = 0, textBytes = 0] = answer.split("|").map(Number);
  return { rows, stored, textBytes };
}

async function sql(stage: Stage, statement: string): Promise<string> {
  return (await stage.exec("postgres", ["sql", statement])).stdout.trim();
}
