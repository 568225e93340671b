import { createHash } from "node:crypto";
import { appendFile } from "node:fs/promises";
import { execa } from "execa";
import type { Engine } from "../engine/index.ts";
import { EnvironmentError } from "../errors.ts";
import { noEnvFile, replicasOf, type ComposeModel } from "../scenario/compose-model.ts";
import { label, ownerLabel } from "./labels.ts";
import { projectFile } from "./project-file.ts";
import { labelled, remove } from "./sweep.ts";

/** Whose containers they are: no two projects on an engine have all four in common. */
export interface ProjectKey {
  readonly run: string;
  readonly scenario: string;
  readonly arm: string;
  readonly repeat: number;
}

/** Image ids by service. */
export type ImageIds = Readonly<Record<string, string>>;

/** One arm's containers as a compose project of its own: own name, own labels, own network. */
export interface Project extends ProjectKey {
  readonly name: string;
  /** The scenario's folder. */
  readonly folder: string;
  readonly model: ComposeModel;
  /** The arm's own variables: a secret can be one. */
  readonly env: Readonly<Record<string, string>>;
  readonly images: ImageIds;
  /** Where compose's own words go. */
  readonly log: string;
}

/**
 * A name that compose takes. People read its words; the hash tells apart what is the same in
 * letters and hyphens alone, e.g. `cron` + `pileup-broken` and `cron-pileup` + `broken`.
 */
export function projectName({ run, scenario, arm, repeat }: ProjectKey): string {
  const key = JSON.stringify([run, scenario, arm, repeat]);
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 8);
  const words = `${run}-${scenario}-${arm}-${repeat}`.toLowerCase().replace(/[^a-z0-9_-]/g, "-");
  return `aftershock-${words}-${hash}`;
}

/**
 * Brings the project up; images must exist already.
 * @throws EnvironmentError PROJECT_NOT_UP with compose's own words
 */
export async function up(engine: Engine, project: Project, signal: AbortSignal): Promise<void> {
  const [command = "docker", ...prefix] = engine.compose;
  const { name, folder, model, images } = project;
  const labels = { ...keyLabels(project), [label.owner]: ownerLabel() };
  const place = ["--project-name", name, "--project-directory", folder, "--file", "-"];
  const options = [...noEnvFile, ...place];
  const args = ["up", "--detach", "--no-build", "--pull", "never"];
  const result = await execa(command, [...prefix, ...options, ...args], {
    cwd: folder,
    env: { ...project.env, ...engine.env },
    extendEnv: false,
    input: JSON.stringify(projectFile(model, { name, images, labels })),
    all: true,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 2_000,
  });
  // Words for a reader are no reason to fail.
  await appendFile(project.log, `$ compose ${args.join(" ")}\n${result.all}\n`).catch(() => {});
  if (result.isCanceled) signal.throwIfAborted();
  if (result.failed)
    throw new EnvironmentError(
      "PROJECT_NOT_UP",
      `compose up failed for ${project.scenario}, arm ${project.arm}: ${lastLines(result.all)}`,
      { hint: `All of compose's output is in ${project.log}.` },
    );
}

/**
 * Takes down what carries the project's labels: faster than compose, which stops containers in
 * order of dependency, and it also works when the project was only half up.
 */
export async function down(engine: Engine, project: ProjectKey): Promise<void> {
  const labels = Object.entries(keyLabels(project)).map(([name, value]) => `${name}=${value}`);
  await remove(engine.docker, await labelled(engine.docker, ...labels));
}

/** Services that have more than one container. */
export function replicatedServices({ model }: Pick<Project, "model">): ReadonlySet<string> {
  const many = Object.entries(model.services).filter(([, service]) => replicasOf(service) > 1);
  return new Set(many.map(([name]) => name));
}

/** The labels that all of a project carries. */
export function keyLabels({ run, scenario, arm, repeat }: ProjectKey): Record<string, string> {
  return {
    [label.run]: run,
    [label.scenario]: scenario,
    [label.arm]: arm,
    [label.repeat]: String(repeat),
  };
}

function lastLines(text: string, count = 6): string {
  return text.trim().split("\n").slice(-count).join("\n");
}
