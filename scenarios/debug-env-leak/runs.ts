import type { Evidence, Stage } from "../../harness/scenario/index.ts";

/** One job of the worker from its dispatch to its end, as the record keeps it. */
export type Run = {
  readonly phase: string;
  readonly exitCode: number;
  /** Ended by SIGKILL, and the engine told of an OOM in this box. */
  readonly killed: boolean;
  /** The last key the command said it had come to; 0 for a job that walks no keys. */
  readonly key: number;
  readonly settingsDebug: boolean;
  /** DEBUG as the process was given it; null if it was not. */
  readonly environDebug: string | null;
  /** Rows in the database afterwards; of these, stored with their text; characters of text. */
  readonly rows: number;
  readonly stored: number;
  readonly characters: number;
};

/** What the command writes, one JSON object a line. */
type Said = { key?: number; settings_debug?: boolean; environ_debug?: string | null };

/** Hands the waiting worker a job, as a phase of that name, and sees it to its end. */
export async function runUntilItEnds(stage: Stage, phase: string, ...job: string[]): Promise<Run> {
  if (stage.events("worker", "die").length > 0) await stage.startService("worker");
  const before = { said: (await stage.logs("worker")).length, ooms: ooms(stage).length, ends: ends(stage).length };
  stage.phase(phase);
  await stage.exec("worker", ["/platform/dispatch", ...job]);
  const end = await stage.until(`${job[0]} to end`, () => ends(stage)[before.ends], { withinMs: 240_000 });
  const oom = end.exitCode === 137 && (await stage.attempt(() => ooms(stage).length > before.ooms, { withinMs: 5_000 }));
  const run = {
    phase,
    exitCode: end.exitCode ?? -1,
    killed: oom === true,
    ...heard((await stage.logs("worker")).slice(before.said)),
    ...(await counted(stage)),
  };
  stage.observe("run", run);
  stage.load("keys", run.key);
  return run;
}

/** All jobs of the record, in order. */
export const runs = (e: Evidence): readonly Run[] => e.observations("run").map(({ value }) => value as Run);

/** The job of that phase, if it was played. */
export const runNamed = (e: Evidence, phase: string): Run | undefined => runs(e).find((run) => run.phase === phase);

/** How often the kernel's OOM killer struck in the worker's box, whatever became of the job. */
export const kernelKills = (e: Evidence): number => e.events("worker", "oom").length;

/** For each count of rows that was taken while the job ran: the rows, and the worker's memory then. */
export function memoryPerRow(e: Evidence, phase: string): { x: number[]; y: number[] } {
  const { from, to } = e.phase(phase);
  const during = { from, to: e.events("worker", "die", { from, to })[0]?.t ?? to };
  const rows = e.observedSeries("rows", during);
  const anon = e.series("worker", "anon", during);
  const points = rows.t.flatMap((t, i) => {
    const at = anon.t.findLastIndex((sampled) => sampled <= t);
    return rows.v[i]! > 0 && at >= 0 ? [{ x: rows.v[i]!, y: anon.v[at]! }] : [];
  });
  return { x: points.map(({ x }) => x), y: points.map(({ y }) => y) };
}

const ends = (stage: Stage) => stage.events("worker", "die");
const ooms = (stage: Stage) => stage.events("worker", "oom");

function heard(log: string): Pick<Run, "key" | "settingsDebug" | "environDebug"> {
  const said = log.split("\n").filter((line) => /^\{.*\}$/.test(line)).map((line) => JSON.parse(line) as Said);
  const settings = said.findLast((line) => line.settings_debug !== undefined);
  return {
    key: said.findLast((line) => line.key !== undefined)?.key ?? 0,
    settingsDebug: settings?.settings_debug ?? false,
    environDebug: settings?.environ_debug ?? null,
  };
}

async function counted(stage: Stage): Promise<Pick<Run, "rows" | "stored" | "characters">> {
  const statement = "SELECT count(*), count(*) FILTER (WHERE text <> ''), coalesce(sum(length(text)), 0) FROM archive_logfile";
  const [rows, stored, characters] = (await stage.exec("postgres", ["sql", statement])).stdout.trim().split("|").map(Number);
  return { rows: rows!, stored: stored!, characters: characters! };
}
