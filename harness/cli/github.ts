import { closeSync, constants, fstatSync, openSync, readFileSync, writeSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { reasonOf } from "../files.ts";
import type { Verdict } from "../judge/verdict-types.ts";
import { annotations, type Place } from "../report/annotations.ts";
import type { Scenario } from "../scenario/load.ts";
import { placeIn, sourcesOf, type Sources } from "../scenario/sources.ts";

interface Told {
  /** The run's, with summary.md in it. */
  readonly folder: string;
  readonly verdict: Verdict;
  readonly scenarios: readonly Scenario[];
}

type Write = (text: string) => unknown;

/**
 * Where GitHub Actions runs this: shows what is not as claimed at its line, and adds the run's
 * summary to the job's. By the variables that it sets; elsewhere it does nothing. Never throws:
 * the verdict stands without it.
 */
export async function tellGithub(
  told: Told,
  write: Write,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const { GITHUB_STEP_SUMMARY: summary, GITHUB_ACTIONS: actions, GITHUB_WORKSPACE: root } = env;
  try {
    if (actions)
      for (const line of await annotated(told, root ?? process.cwd())) write(`${line}\n`);
    if (summary) append(summary, readFileSync(join(told.folder, "summary.md"), "utf8"));
  } catch (error) {
    write(`The job's summary could not be written: ${reasonOf(error)}.\n`);
  }
}

async function annotated({ verdict, scenarios }: Told, root: string): Promise<readonly string[]> {
  const known = new Map<string, Sources>();
  for (const { definition, folder } of scenarios)
    known.set(definition.id, await sourcesOf(folder).catch(() => []));
  return annotations(verdict, (scenario, arm, claim): Place | undefined => {
    const sources = known.get(scenario) ?? [];
    if (sources.length === 0) return undefined;
    const { file, line } = placeIn(sources, claim ? ["judge"] : ["arms", arm], claim);
    const path = relative(root, file);
    // Of the lab's own scenarios, in node_modules, a pull request has no line.
    if (path.startsWith("..") || isAbsolute(path) || path.includes("node_modules"))
      return undefined;
    return { file: path.replaceAll("\\", "/"), line };
  });
}

/** GitHub takes a megabyte of a step, or nothing of it. */
const most = 1024 ** 2;

/** After what other steps have said, into the plain file that there is: no link is followed. */
function append(path: string, text: string): void {
  const fd = openSync(
    path,
    constants.O_WRONLY |
      constants.O_APPEND |
      constants.O_CREAT |
      constants.O_NOFOLLOW |
      constants.O_NONBLOCK,
    0o644,
  );
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new Error("it is no plain file");
    const bytes = Buffer.from(`${text}\n`);
    const room = most - stat.size;
    writeSync(fd, bytes.length <= room ? bytes : cutTo(room, bytes));
  } finally {
    closeSync(fd);
  }
}

function cutTo(room: number, bytes: Buffer): Buffer {
  const rest = Buffer.from("\n\nThe rest is in the run's folder.\n");
  return Buffer.concat([bytes.subarray(0, Math.max(0, room - rest.length)), rest]);
}
