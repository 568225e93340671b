/**
 * What a user waits for: `npm start` in a clone of what is committed here. Cold, its cache folder is
 * empty (npm's own cache is the user's); then once more, warm.
 */
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { judgeFolder } from "../../harness/index.ts";
import type { Row } from "../../harness/record/schema.ts";

const root = join(import.meta.dirname, "../..");

/** Starts in a new clone with an empty cache folder, and again; lines of a table. */
export async function coldStarts(): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "aftershock-bench-"));
  const clone = join(folder, "clone");
  const cache = join(folder, "cache");
  try {
    await execa("git", ["clone", "--quiet", root, clone]);
    const cold = await timedStart(clone, { XDG_CACHE_HOME: cache });
    const warm = await timedStart(clone, { XDG_CACHE_HOME: cache });
    const { stdout } = await execa("du", ["-sm", cache]);
    return [
      `cold, first pair proved          ${seconds(cold.firstPair)}`,
      `cold, all five proved            ${seconds(cold.allPairs)}`,
      `cold, npm start to its end       ${seconds(cold.whole)}`,
      `disk: engine, Node and images    ${(Number.parseInt(stdout) / 1000).toFixed(1)} GB`,
      ...warmLines(warm),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts in a clone that has all it needs, the user's own cache folder among it; lines of a table. */
export async function warmStarts(): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "aftershock-bench-"));
  try {
    await execa("git", ["clone", "--quiet", root, join(folder, "clone")]);
    await cp(join(root, "node_modules"), join(folder, "clone/node_modules"), { recursive: true });
    return warmLines(await timedStart(join(folder, "clone")));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const warmLines = ({ firstArm, allPairs, longest, whole }: Start): readonly string[] => [
  `warm, start to first arm running ${seconds(firstArm)}`,
  `warm, all five proved            ${seconds(allPairs)}`,
  `warm pairs, wall / longest arm   ${(whole / longest).toFixed(2)} (${seconds(longest)})`,
];

/** Milliseconds from the command on. */
interface Start {
  readonly firstArm: number;
  readonly firstPair: number;
  readonly allPairs: number;
  readonly whole: number;
  /** Of the arms, how long it took. */
  readonly longest: number;
}

async function timedStart(cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Start> {
  const began = Date.now();
  await execa("npm", ["start"], { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
  const whole = Date.now() - began;
  const [newest = ""] = (await readdir(join(cwd, "runs"))).toSorted().filter(isRun).toReversed();
  const { records } = await judgeFolder(join(cwd, "runs", newest));
  const arms = records.map(spanOf);
  const proved = [...Map.groupBy(arms, ({ scenario }) => scenario).values()].map(
    (pair) => Math.max(...pair.map(({ end }) => end)) - began,
  );
  return {
    firstArm: Math.min(...arms.map(({ start }) => start)) - began,
    firstPair: Math.min(...proved),
    allPairs: Math.max(...proved),
    whole,
    longest: Math.max(...arms.map(({ start, end }) => end - start)),
  };
}

const isRun = (name: string) => /^\d{8}-/.test(name);

/** From when to when an arm ran, milliseconds since 1970. */
function spanOf(rows: readonly Row[]) {
  const head = rows[0];
  const tail = rows.findLast((row) => row.type === "tail");
  if (head?.type !== "head" || !tail) throw new Error("A record has no end.");
  const start = Date.parse(head.startedAt);
  return { scenario: head.scenario, start, end: start + tail.t };
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
