import type { Stage } from "../../harness/scenario/index.ts";

/** The rounds of an arm: the backends in service, and the version that is deployed meanwhile. */
export const rounds = {
  four: { servers: [1, 2, 3, 4], version: 2 },
  three: { servers: [1, 2, 4], version: 3 }, // the third is out for maintenance
  nine: { servers: [1, 2, 3, 4, 5, 6, 7, 8, 9], version: 4 },
} as const;

export type Round = keyof typeof rounds;

/** Also those that are not in service: a stray is where nobody looks for it. */
export const everyBackend = rounds.nine.servers;

/** In each round every user deploys a new version, reloads his app, and looks what it serves. */
export async function drive(stage: Stage): Promise<void> {
  await browse(stage, "tabs");
  await deployAndReload(stage, "four");
  await deployAndReload(stage, "three");
  if (stage.arm.env["GROWS"] !== "no") await deployAndReload(stage, "nine");
}

async function deployAndReload(stage: Stage, round: Round): Promise<void> {
  const { servers, version } = rounds[round];
  stage.phase(round);
  const { stdout } = await stage.exec("balancer", ["in-service", ...servers.map(String)]);
  stage.observe(`${round}: in service`, Number(stdout));
  // After `tidy` an app that has moved to another backend leaves no worker behind.
  await browse(stage, "visit", `${round}: before`, "then", "tidy", "then", "deploy", `${version}`);
  await countProcesses(stage);
  stage.phase(`${round}-reload`);
  await browse(stage, "reload", `${round}: reload`);
  await countProcesses(stage);
  stage.phase(`${round}-after`);
  await browse(stage, "visit", `${round}: after`, "then", "tidy", `${round}: restarts ordered`);
}

async function browse(stage: Stage, ...command: string[]): Promise<void> {
  const options = { timeoutMs: 300_000 };
  const { exitCode, stderr } = await stage.start("browser", ["browse", ...command], options).done;
  if (exitCode === 0) return;
  throw new Error(`browse ${command.join(" ")}: ${stderr.trim().split("\n").at(-1)}`);
}

/** Observes how many processes all backends have together, from a sample of each taken now. */
async function countProcesses(stage: Stage): Promise<void> {
  const since = stage.now();
  const newest = () => everyBackend.map((n) => stage.latest(`backend-${n}`));
  const fresh = () => newest().every((sample) => (sample?.t ?? 0) > since);
  await stage.until("a new sample of each backend", fresh, { withinMs: 20_000, everyMs: 20 });
  const sum = newest().reduce((all, sample) => all + (sample?.pids ?? Number.NaN), 0);
  stage.observe("processes on all backends", sum);
}
