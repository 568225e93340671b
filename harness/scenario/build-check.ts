import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { faultOfPath } from "../files.ts";
import { meant, type Problem } from "./check.ts";
import type { ResolvedArm } from "./compose-check.ts";
import { contextKind } from "./context-kind.ts";
import { readDockerfile, stageOf, type Dockerfile } from "./dockerfile.ts";
import { isSet, partOf, type Part } from "./policy/fault.ts";
import { readText } from "./read-text.ts";
import { shown } from "./shown.ts";

/** Targets that an arm asks for and that no Dockerfile has. */
export async function targetProblems(arm: ResolvedArm): Promise<readonly Problem[]> {
  const { name, variables, compose } = arm;
  const target = variables["ARM"] ?? "";
  const problems: Problem[] = [];
  for (const [service, value] of Object.entries(compose.services)) {
    const build = partOf(partOf(value)["build"]);
    if (build["target"] !== target) continue;
    const file = await dockerfileOf(build);
    if (typeof file !== "object" || hasStage(file, target)) continue;
    const says = `arms.${name}: the Dockerfile of service "${service}" has no stage "${target}"${meant(target, namesOf(file))}`;
    problems.push({ path: ["arms", name, "target"], says });
  }
  return problems;
}

/** What keeps a service's build from being one. */
export async function buildProblems(
  service: Part,
  arm: ResolvedArm,
  id: string,
): Promise<string[]> {
  const build = partOf(service["build"]);
  if (!isSet(build)) return [];
  const { context, target } = build;
  const names = nameProblems(service, id);
  if (typeof context === "string" && contextKind(context) === "folder")
    if (!existsSync(context) || !statSync(context).isDirectory())
      return [...names, `there is no folder ${shown(context)} to build from`];
  const file = await dockerfileOf(build);
  if (typeof file === "string") return [...names, file];
  if (!file || typeof target !== "string" || target === arm.variables["ARM"]) return names;
  if (hasStage(file, target)) return names;
  const where =
    typeof build["dockerfile_inline"] === "string" ? "dockerfile_inline" : pathOf(build);
  return [...names, `${shown(where)} has no stage "${target}"${meant(target, namesOf(file))}`];
}

/**
 * An image is named like the scenario that builds it, or like the folder that several build it
 * from: two scenarios never take each other's.
 */
function nameProblems({ image, build }: Part, id: string): string[] {
  const [, own] = /^aftershock\/([^:@]+)/.exec(String(image)) ?? [];
  const folder = basename(String(partOf(build)["context"]));
  if (own === undefined || own === id || own.startsWith(`${id}-`) || own === folder) return [];
  return [`builds ${String(image)}: name it aftershock/${id}, or aftershock/${id}-...`];
}

/** The Dockerfile of a build, or what is wrong with it; undefined where it is none of this machine. */
async function dockerfileOf(build: Part): Promise<Dockerfile | string | undefined> {
  const { context, dockerfile_inline: inline } = build;
  if (typeof inline === "string") return readDockerfile(inline);
  if (typeof context !== "string" || contextKind(context) !== "folder") return undefined;
  const path = pathOf(build);
  if (!existsSync(path)) return `there is no ${shown(path)} to build from`;
  // As a build does: what stands there must be the file itself.
  const fault = await faultOfPath(path, "file");
  if (fault !== undefined) return `${shown(path)} ${fault}`;
  const read = await readText(path);
  return "fault" in read ? `${shown(path)} ${read.fault}` : readDockerfile(read.text);
}

function pathOf(build: Part): string {
  const file = String(build["dockerfile"] ?? "Dockerfile");
  return file.startsWith("/") ? file : join(String(build["context"]), file);
}

const hasStage = (file: Dockerfile, target: string) => stageOf(file, target) !== undefined;

const namesOf = ({ stages }: Dockerfile) => stages.flatMap(({ name }) => name ?? []);
