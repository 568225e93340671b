import { appendFile } from "node:fs/promises";
import { execa } from "execa";
import type { Engine } from "../engine/index.ts";
import { EnvironmentError } from "../errors.ts";
import type { ComposeModel } from "../scenario/compose-model.ts";
import { label, ownerLabel } from "./labels.ts";
import { projectFile } from "./project-file.ts";
import { labelled, remove } from "./sweep.ts";

/** One arm's containers as a compose project of its own: own name, own labels, own network. */
export interface Project {
  readonly name: string;
  readonly scenario: string;
  readonly arm: string;
  readonly repeat: number;
  readonly run: string;
  /** The scenario's compose file as compose resolved it for this arm. */
  readonly model: ComposeModel;
  /** Image ids by service: containers are started by these, never by a name. */
  readonly images: Readonly<Record<string, { readonly id: string }>>;
  /** Where compose's own words go. */
  readonly log: string;
}

/**
 * Brings the project up, from the model and the images that are given and nothing else.
 * @throws EnvironmentError PROJECT_NOT_UP with compose's own words
 */
export async function up(engine: Engine, project: Project, signal: AbortSignal): Promise<void> {
  const [command = "docker", ...prefix] = engine.compose;
  const { model, images, name } = project;
  const labels = { ...labelsOf(project), [label.owner]: ownerLabel() };
  const options = ["--project-name", name, "--project-directory", model.folder, "--file", "-"];
  const args = ["up", "--detach", "--no-build", "--pull", "never"];
  const result = await execa(command, [...prefix, ...options, "--profile", "*", ...args], {
    env: { ...engine.env },
    extendEnv: false,
    input: JSON.stringify(projectFile(model, images, labels)),
    all: true,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 2_000,
  });
  // A full disk costs the words, not the arm.
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
export async function down(engine: Engine, project: Project): Promise<void> {
  const labels = Object.entries(labelsOf(project)).map(([key, value]) => `${key}=${value}`);
  await remove(engine.docker, await labelled(engine.docker, ...labels));
}

function labelsOf({ run, scenario, arm, repeat }: Project): Record<string, string> {
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
