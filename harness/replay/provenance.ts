import { realpath } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { execa } from "execa";
import { closedEnvironment } from "../engine/environment.ts";
import { version } from "../package.ts";
import type { Provenance } from "../record/schema.ts";
import { configurationHash, scenarioHash } from "../scenario/hashes.ts";
import type { ResolvedJob } from "./models.ts";

/** All that is known of what is in force before the images are. */
type Origin = Omit<Provenance, "images">;

/** A job with where it comes from. */
export interface TracedJob extends ResolvedJob {
  readonly origin: Origin;
}

interface Tree {
  readonly commit: string | null;
  readonly clean: boolean | null;
  /** The folder that holds the scenario's, as far as paths in it are the tree's own. */
  readonly root: string;
}

/** Says of each job what code and configuration it is; each folder and model is looked at once. */
export async function traced(jobs: readonly ResolvedJob[]): Promise<readonly TracedJob[]> {
  const folders = [...new Set(jobs.map(({ definition }) => definition.folder))];
  const looked = folders.map(async (folder) => {
    const [scenario, tree] = await Promise.all([scenarioHash(folder), treeOf(folder)]);
    return [folder, { scenario, tree }] as const;
  });
  const known = new Map(await Promise.all(looked));
  const given = process.argv.slice(2);
  return jobs.map((job) => {
    const { folder } = job.definition;
    const { scenario, tree } = known.get(folder)!;
    const { commit, clean, root } = tree;
    const configuration = configurationHash(job.model, folder, root);
    return {
      ...job,
      origin: { version, commit, clean, scenario, configuration, arguments: given },
    };
  });
}

/** The code that judges here and now, to be held against what ran. */
export type Code = Pick<Provenance, "version" | "scenario">;

export async function codeOf(folder: string): Promise<Code> {
  return { version, scenario: await scenarioHash(folder) };
}

/** What differs between the code that ran and the code that judges; undefined if nothing does. */
export function differenceOf(ran: Code, judges: Code): string | undefined {
  const differs = [
    ...(ran.version === judges.version
      ? []
      : [`version ${ran.version} ran, ${judges.version} judges`]),
    ...(ran.scenario === judges.scenario ? [] : ["the scenario's folder has changed since"]),
  ];
  return differs.length === 0 ? undefined : `Judged by other code than ran: ${differs.join("; ")}.`;
}

/** The repository around a folder. Where there is none, paths up to two levels above are its own. */
async function treeOf(folder: string): Promise<Tree> {
  const found = await git(folder, "rev-parse", "--show-toplevel", "HEAD");
  const [top, commit] = found?.split("\n") ?? [];
  if (!top || !commit) return { commit: null, clean: null, root: resolve(folder, "../..") };
  const status = await git(folder, "status", "--porcelain");
  // Git names the real path; compose goes by the one that was given.
  const root = resolve(folder, relative(await realpath(folder), top));
  return { commit, clean: status === undefined ? null : status === "", root };
}

/** What git says; undefined where it isn't there, or there is no repository that it trusts. */
async function git(folder: string, ...args: readonly string[]): Promise<string | undefined> {
  // It may be a stranger's folder: nothing that its settings name is run.
  const safe = ["--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath="];
  const { failed, stdout } = await execa("git", [...safe, "-C", folder, ...args], {
    env: closedEnvironment(process.env),
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    timeout: 10_000,
  });
  return failed ? undefined : stdout;
}
