import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { meant, type Problem } from "./check.ts";
import type { ComposeModel } from "./compose-model.ts";
import { contextKind } from "./context-kind.ts";
import { hasStage, stagesOf } from "./dockerfile.ts";
import { partOf, type Part } from "./policy/fault.ts";
import { shown } from "./shown.ts";
import type { ScenarioDefinition } from "./types.ts";

/** One arm, as compose resolves it with the arm's variables. */
export interface ResolvedArm {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly compose: ComposeModel;
}

/** A place along compose.yml, and what is wrong there. */
export interface ComposeProblem {
  readonly place: readonly string[];
  readonly says: string;
}

/** Names in scenario.ts that compose's answer does not have. */
export function serviceProblems(d: ScenarioDefinition, arm: ResolvedArm): readonly Problem[] {
  const known = serviceNames(arm);
  if (known.length === 0) return []; // told of compose.yml
  const named = [
    ...d.ready.map(({ service }, i) => ({ service, path: ["ready", i, "service"] })),
    ...d.plots.map(({ service }, i) => ({ service, path: ["plots", i, "service"] })),
    ...Object.entries(d.fixable?.places ?? {}).flatMap(([place, { services }]) =>
      services.map((service) => ({ service, path: ["fixable", "places", place, "services"] })),
    ),
  ];
  return named.flatMap(({ service, path }) =>
    service === undefined || known.includes(service)
      ? []
      : [
          {
            path,
            word: service,
            says: `compose.yml has no service "${service}"${meant(service, known)}`,
          },
        ],
  );
}

/** All names that an arm's containers go by. */
export function serviceNames({ compose }: ResolvedArm): readonly string[] {
  const services = compose.services;
  return Object.keys(services).flatMap((name) => namesOf(name, partOf(services[name])));
}

/** A service with several containers is also named by their numbers: "backend-3". */
function namesOf(name: string, service: Part): readonly string[] {
  const replicas = Number(service["scale"] ?? partOf(service["deploy"])["replicas"] ?? 1);
  const numbered = Array.from({ length: Math.min(replicas, 1000) }, (_, i) => `${name}-${i + 1}`);
  return [name, ...numbered];
}

/** What each service must have besides what the policy asks for. */
export function composeProblems(
  d: ScenarioDefinition,
  { compose, variables }: ResolvedArm,
): readonly ComposeProblem[] {
  const services = Object.entries(compose.services);
  if (services.length === 0)
    return [{ place: ["services"], says: `no service stands under the profile "${d.id}"` }];
  return services.flatMap(([name, value]) => {
    const service = partOf(value);
    const image = service["image"];
    const profiles = service["profiles"];
    const problem = (key: string, says: string) => ({ place: ["services", name, key], says });
    return [
      ...(Array.isArray(profiles) && profiles.includes(d.id)
        ? []
        : [problem("profiles", `service "${name}" lacks the profile "${d.id}"`)]),
      ...(image === undefined || isImageName(String(image))
        ? []
        : [problem("image", `service "${name}": "${String(image)}" is no name of an image`)]),
      ...buildProblems(partOf(service["build"]), variables["ARM"] ?? "").map((says) =>
        problem("build", `service "${name}": ${says}`),
      ),
    ];
  });
}

/** Targets that an arm asks for and that no Dockerfile has. */
export function targetProblems({ name, variables, compose }: ResolvedArm): readonly Problem[] {
  const target = variables["ARM"] ?? "";
  return Object.entries(compose.services).flatMap(([service, value]) => {
    const build = partOf(partOf(value)["build"]);
    const stages = build["target"] === target ? stagesOfBuild(build) : undefined;
    if (stages === undefined || hasStage(stages, target)) return [];
    const named = stages.filter(Boolean);
    const says = `arms.${name}: the Dockerfile of service "${service}" has no stage "${target}"${meant(target, named)}`;
    return [{ path: ["arms", name, "target"], says }];
  });
}

function buildProblems(build: Part, arm: string): readonly string[] {
  const { context, target } = build;
  if (typeof context !== "string" || isElsewhere(context)) return [];
  if (!existsSync(context) || !statSync(context).isDirectory())
    return [`there is no folder ${shown(context)} to build from`];
  if (typeof build["dockerfile_inline"] === "string") return [];
  const path = dockerfileOf(build);
  if (!existsSync(path)) return [`there is no ${shown(path)} to build from`];
  const stages = stagesOfBuild(build) ?? [];
  if (typeof target !== "string" || target === arm || hasStage(stages, target)) return [];
  return [`${shown(path)} has no stage "${target}"${meant(target, stages.filter(Boolean))}`];
}

function stagesOfBuild(build: Part): readonly string[] | undefined {
  const { context, dockerfile_inline: inline } = build;
  if (typeof inline === "string") return stagesOf(inline);
  if (typeof context !== "string" || isElsewhere(context)) return undefined;
  const path = dockerfileOf(build);
  return existsSync(path) ? stagesOf(readFileSync(path, "utf8")) : undefined;
}

const isElsewhere = (context: string) => contextKind(context) !== "folder";

function dockerfileOf(build: Part): string {
  const file = String(build["dockerfile"] ?? "Dockerfile");
  return file.startsWith("/") ? file : join(String(build["context"]), file);
}

const part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const imageName = new RegExp(
  `^(?:(?:localhost|(?=[^/]*[.:])[a-zA-Z0-9.-]+)(?::\\d+)?/)?${part}(?:/${part})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);
const isImageName = (text: string) => text.length < 512 && imageName.test(text);

/** Names in an arm's `env` that neither the compose files nor the scenario's code ever read. */
export function unusedVariables(d: ScenarioDefinition, read: string): readonly Problem[] {
  return Object.entries(d.arms).flatMap(([arm, { env = {} }]) =>
    Object.keys(env)
      // A name before a colon is where it is set, not where it is read.
      .filter((name) => !new RegExp(`\\b${name}\\b(?!["'\\]]?\\s*:\\s)`).test(read))
      .map((name) => ({
        path: ["arms", arm, "env", name],
        says: `arms.${arm}.env: nothing reads ${name}: write \${${name}} in compose.yml, or take it out`,
      })),
  );
}
