import { GiB } from "../judge/units.ts";
import { buildProblems } from "./build-check.ts";
import { parseBytes } from "./bytes.ts";
import { meant, type Problem } from "./check.ts";
import { replicasOf, type ComposeModel } from "./compose-model.ts";
import { partOf, type Part } from "./policy/fault.ts";
import { memoryOf } from "./policy/limits.ts";
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
    ...(d.names?.services ?? []).map((service) => ({ service, path: ["names", "services"] })),
    ...d.ready.map(({ service }, i) => ({ service, path: ["ready", i, "service"] })),
    ...d.plots.map(({ service }, i) => ({ service, path: ["plots", i, "service"] })),
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
export async function composeProblems(
  d: ScenarioDefinition,
  arm: ResolvedArm,
): Promise<readonly ComposeProblem[]> {
  const services = Object.entries(arm.compose.services);
  if (services.length === 0)
    return [{ place: ["services"], says: `no service stands under the profile "${d.id}"` }];
  const problems: ComposeProblem[] = [];
  for (const [name, value] of services) {
    const service = partOf(value);
    const { image, profiles } = service;
    const tell = (key: string, says: string) =>
      problems.push({ place: ["services", name, key], says: `service "${name}"${says}` });
    if (!Array.isArray(profiles) || !profiles.includes(d.id))
      tell("profiles", ` lacks the profile "${d.id}"`);
    if (image !== undefined && !isImageName(String(image)))
      tell("image", `: "${String(image)}" is no name of an image`);
    for (const says of await buildProblems(service, arm, d.id)) tell("build", `: ${says}`);
  }
  return problems;
}

/**
 * Limits of memory that have nothing to do with `needs`, by which it is known how much runs at once.
 * They may well be higher: a limit stands for what is never reached, `needs` for what was measured.
 */
export function memoryProblems(d: ScenarioDefinition, arm: ResolvedArm): readonly Problem[] {
  const own = d.arms[arm.name]?.needs?.memory;
  const needs = own ?? d.needs.memory;
  const most = Math.max(MOST_TIMES_NEEDS * (parseBytes(needs) ?? 0), GiB);
  const all = Object.values(arm.compose.services).reduce(
    (sum, service) => sum + memoryOf(service) * replicasOf(service),
    0,
  );
  if (all <= most) return [];
  const says =
    `needs.memory: the containers of arm "${arm.name}" may take ${(all / GiB).toFixed(1)} GiB, and it is said to need ` +
    `${needs}: lower their \`mem_limit\` to ${MOST_TIMES_NEEDS} times that at most, or say what it needs`;
  return [{ path: own === undefined ? ["needs", "memory"] : ["arms", arm.name, "needs"], says }];
}

/** Of our own five, the one whose limits are furthest above what it takes has five times that. */
const MOST_TIMES_NEEDS = 8;

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

/** Arms of which compose makes the same, with code that never asks which arm is under way. */
export function sameAnswers(arms: readonly ResolvedArm[], read: string): readonly Problem[] {
  if (/\barm\b\s*[.,}\])]/.test(read)) return [];
  const seen = new Map<string, string>();
  return arms.flatMap(({ name, compose }) => {
    const other = seen.get(compose.text);
    seen.set(compose.text, other ?? name);
    if (other === undefined) return [];
    const says = `arms.${name}: its \`env\` changes nothing: compose makes of it what it makes of "${other}"`;
    return [{ path: ["arms", name], says }];
  });
}
