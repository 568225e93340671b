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

/**
 * Of the users in their order: who deploys and reloads when not everybody does, and at once does so
 * again; who looks last, and has deployed once more by then, without a reload.
 */
export const some = { version: 5, again: 6, every: 10, looking: 5, saved: 8 } as const;

/** Whose app takes long to load. He is none of those who look last. */
export const slow = { user: "JoeButy", version: 7 } as const;

/** Which apps are visited how often in a row, at last. Their users are among those who look last. */
export const often = { times: 150, every: 150 } as const;

/**
 * In each round every user deploys a new version, reloads his app, and looks what it serves.
 * A round in which somebody got no answer is the last one, and only where all serve their new
 * code is it worth while to go on: some reload, one app is slow to load, and after a long quiet time
 * there is a last look.
 */
export async function drive(stage: Stage): Promise<void> {
  await browse(stage, "tabs");
  for (const round of Object.keys(rounds) as Round[]) {
    if (round === "nine" && stage.arm.env["GROWS"] === "no") return;
    await deployAndReload(stage, round);
    if (!lastLook(stage, round).every(({ status }) => status === 200)) return;
  }
  if (!lastLook(stage, "nine").every(({ version }) => version === rounds.nine.version)) return;
  await someReload(stage);
  await oneIsSlow(stage);
  stage.phase("quiet");
  await browse(stage, "deploy", `${some.saved}`, `${some.looking}`);
  await stage.watch(30_000);
  await lookAtLast(stage);
}

async function deployAndReload(stage: Stage, round: Round): Promise<void> {
  const { servers, version } = rounds[round];
  stage.phase(round);
  await putInService(stage, servers);
  // After `tidy` an app that has moved to another backend leaves no worker behind.
  await browse(stage, "visit", `${round}: before`, "then", "tidy", "then", "deploy", `${version}`);
  await countProcesses(stage);
  if (round === "nine") await stage.watch(2000); // open files are counted less often
  stage.phase(`${round}-reload`);
  await browse(
    stage,
    "reload",
    `${round}: reload`,
    "then",
    "look",
    `${round}: after`,
    `${version}`,
  );
  await countProcesses(stage);
  stage.phase(`${round}-after`);
  await browse(stage, "tidy", `${round}: restarts ordered`);
}

async function someReload(stage: Stage): Promise<void> {
  const every = `${some.every}`;
  stage.phase("some");
  const reloads = ["twice", "some: reload", `${some.version}`, every];
  await browse(stage, ...reloads, "then", "look", "some: after", `${some.again}`, every);
}

/** Everybody else is visited from when its code is being loaded; it is loaded until they have been. */
async function oneIsSlow(stage: Stage): Promise<void> {
  stage.phase("slow");
  await browse(stage, "slow", "slow", `${slow.version}`, slow.user);
}

async function lookAtLast(stage: Stage): Promise<void> {
  stage.phase("end");
  await browse(
    stage,
    "visit",
    "end: after",
    `${some.looking}`,
    "then",
    "visit",
    "end: slow",
    slow.user,
    "then",
    "often",
    "end: often",
    `${often.times}`,
    `${often.every}`,
  );
}

async function putInService(stage: Stage, servers: readonly number[]): Promise<void> {
  const command = ["in-service", ...servers.map(String)];
  const done = async () => {
    const { exitCode, stdout } = await stage.exec("balancer", command, { check: false });
    return exitCode === 0 && Number(stdout) === servers.length;
  };
  const what = `the balancer has ${servers.length} backends in service`;
  await stage.until(what, done, { withinMs: 10_000, everyMs: 500, of: "system" });
}

/** What the users saw when they looked after their reloads. */
function lastLook(stage: Stage, round: Round) {
  const seen = stage.seen(`${round}: after`).at(-1) as Readonly<Record<string, readonly number[]>>;
  return Object.values(seen).map(([status, , , version]) => ({ status, version }));
}

async function browse(stage: Stage, ...command: string[]): Promise<void> {
  const options = { timeoutMs: 300_000 };
  const { exitCode, stderr } = await stage.start("browser", ["browse", ...command], options).done;
  if (exitCode === 0) return;
  throw new Error(`browse ${command.join(" ")}: ${stderr.trim().split("\n").at(-1)}`);
}

/** Observes how many processes all backends have together, from a sample of each taken now. */
async function countProcesses(stage: Stage): Promise<void> {
  const running = () => everyBackend.every((n) => stage.events(`backend-${n}`, "die").length === 0);
  await stage.until("every backend is still running", running, { withinMs: 500, of: "system" });
  const since = stage.now();
  const newest = () => everyBackend.map((n) => stage.latest(`backend-${n}`));
  const fresh = () => newest().every((sample) => (sample?.t ?? 0) > since);
  await stage.until("a new sample of each backend", fresh, { withinMs: 20_000, everyMs: 20 });
  const sum = newest().reduce((all, sample) => all + (sample?.pids ?? Number.NaN), 0);
  stage.observe("processes on all backends", sum);
}
