import { appendFile } from "node:fs/promises";
import { execa } from "execa";
import { join } from "node:path";
import type { Engine } from "../engine/index.ts";
import { EnvironmentError } from "../errors.ts";
import { readCompose } from "./compose-file.ts";
import { label, ownerLabel } from "./labels.ts";
import { labelled, remove } from "./sweep.ts";

/** One arm's containers as a compose project of its own: own name, own labels, own network. */
export interface Project {
  readonly name: string;
  /** The scenario's folder, with its compose.yml. */
  readonly folder: string;
  readonly scenario: string;
  readonly arm: string;
  readonly run: string;
  /** Variables of compose.yml. */
  readonly env: Readonly<Record<string, string>>;
  /** Where compose's own words go. */
  readonly log: string;
}

/**
 * Brings the project up; images must exist already.
 * @throws EnvironmentError PROJECT_NOT_UP with compose's own words
 */
export async function up(engine: Engine, project: Project, signal: AbortSignal): Promise<void> {
  await compose(engine, project, ["up", "--detach", "--no-build", "--pull", "never"], signal);
}

/**
 * Takes down what carries the project's labels: faster than compose, which stops containers in
 * order of dependency, and it also works when the project was only half up.
 */
export async function down(engine: Engine, project: Project): Promise<void> {
  const mine = (await labelled(engine.docker, `${label.run}=${project.run}`)).filter(
    ({ name }) => name.startsWith(`${project.name}-`) || name.startsWith(`${project.name}_`),
  );
  await remove(engine.docker, mine);
}

/** Services that the compose file gives more than one container. */
export async function replicatedServices({ folder }: Project): Promise<ReadonlySet<string>> {
  const { services } = await readCompose(join(folder, "compose.yml"));
  const many = Object.entries(services).filter(
    ([, { scale, deploy }]) => (scale ?? deploy?.replicas ?? 1) > 1,
  );
  return new Set(many.map(([name]) => name));
}

async function compose(
  engine: Engine,
  project: Project,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const [command = "docker", ...prefix] = engine.compose;
  const files = ["--file", join(project.folder, "compose.yml"), "--file", "-"];
  const result = await execa(
    command,
    [...prefix, "--project-name", project.name, ...files, "--profile", project.scenario, ...args],
    {
      env: { ...engine.env, ...project.env },
      input: await labelOverride(project),
      all: true,
      reject: false,
      cancelSignal: signal,
      forceKillAfterDelay: 2_000,
    },
  );
  await appendFile(project.log, `$ compose ${args.join(" ")}\n${result.all}\n`);
  if (result.isCanceled) signal.throwIfAborted();
  if (result.failed)
    throw new EnvironmentError(
      "PROJECT_NOT_UP",
      `compose ${args[0]} failed for ${project.scenario}, arm ${project.arm}: ${lastLines(result.all)}`,
      { hint: `All of compose's output is in ${project.log}.` },
    );
}

/** A second compose file that puts our labels on everything the first one creates. */
async function labelOverride(project: Project): Promise<string> {
  const file = await readCompose(join(project.folder, "compose.yml"));
  const labels = {
    [label.run]: project.run,
    [label.owner]: ownerLabel(),
    [label.scenario]: project.scenario,
    [label.arm]: project.arm,
  };
  const onEach = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, { labels }]));
  return JSON.stringify({
    services: onEach(Object.keys(file.services)),
    networks: onEach(Object.keys(file.networks)),
    volumes: onEach(Object.keys(file.volumes)),
  });
}

function lastLines(text: string, count = 6): string {
  return text.trim().split("\n").slice(-count).join("\n");
}
