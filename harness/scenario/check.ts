import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMap, LineCounter, parseDocument, type Document } from "yaml";
import { ScenarioError } from "../errors.ts";
import { composeFileOf } from "./compose-model.ts";
import { scenarioSchema } from "./schema.ts";
import { shown } from "./shown.ts";
import type { ScenarioDefinition } from "./types.ts";

/**
 * Checks what a scenario.ts exported, and that its compose.yml holds what it speaks of.
 * @throws ScenarioError naming every problem with file and line.
 */
export async function checkScenario(exported: unknown, folder: string, source: string) {
  const file = join(folder, "scenario.ts");
  const parsed = scenarioSchema.safeParse(exported);
  if (!parsed.success) {
    throw invalid(
      parsed.error.issues.map(
        ({ path, message }) =>
          `${shown(file)}:${lineOf(source, path)}: ${path.join(".") || "default export"}: ${message}`,
      ),
    );
  }
  const definition = exported as ScenarioDefinition;
  const problems = [
    ...ownProblems(definition, folder, file, source),
    ...(await composeProblems(definition, composeFileOf(folder), file, source)),
  ];
  if (problems.length > 0) throw invalid(problems);
}

function ownProblems(
  d: ScenarioDefinition,
  folder: string,
  file: string,
  source: string,
): string[] {
  const problems: string[] = [];
  const name = folder.replace(/\/+$/, "").split("/").at(-1);
  if (d.id !== name)
    problems.push(
      `${shown(file)}:${lineOf(source, ["id"])}: id "${d.id}" is not the folder's name`,
    );
  for (const [arm, { against }] of Object.entries(d.arms)) {
    if (against !== undefined && d.arms[against]?.role !== "broken")
      problems.push(
        `${shown(file)}:${lineOf(source, ["arms", arm, "against"])}: "${against}" is no broken arm`,
      );
  }
  return problems;
}

/** Services named in scenario.ts must exist; every service must stand under the profile. */
async function composeProblems(d: ScenarioDefinition, path: string, file: string, source: string) {
  const lines = new LineCounter();
  const yaml = parseDocument(await readFile(path, "utf8"), { lineCounter: lines, merge: true });
  const first = yaml.errors[0];
  if (first) return [`${shown(path)}:${lines.linePos(first.pos[0]).line}: ${first.message}`];
  const services = servicesOf(yaml);
  const named = new Map<string, readonly PropertyKey[]>();
  d.ready.forEach(({ service }, i) => named.set(service, ["ready", i, "service"]));
  d.plots.forEach(({ service }, i) => service && named.set(service, ["plots", i, "service"]));
  const problems: string[] = [];
  for (const [service, where] of named) {
    // Replicas are told apart by a number: "backend-3" is the third container of "backend".
    if (!services.has(service) && !services.has(service.replace(/-\d+$/, "")))
      problems.push(
        `${shown(file)}:${lineOf(source, where)}: ${shown(path)} has no service "${service}"`,
      );
  }
  for (const [service, { profiles, offset }] of services) {
    if (!profiles.includes(d.id))
      problems.push(
        `${shown(path)}:${lines.linePos(offset).line}: service "${service}" lacks the profile "${d.id}"`,
      );
  }
  return problems;
}

function servicesOf(yaml: Document): Map<string, { profiles: unknown[]; offset: number }> {
  const found = new Map<string, { profiles: unknown[]; offset: number }>();
  const services = yaml.get("services");
  if (!isMap(services)) return found;
  const plain = (yaml.toJS() as { services: Record<string, { profiles?: unknown[] } | null> })
    .services;
  for (const { key } of services.items) {
    const name = String(key);
    const offset = (key as { range?: [number] }).range?.[0] ?? 0;
    found.set(name, { profiles: plain[name]?.profiles ?? [], offset });
  }
  return found;
}

/** The line where the keys of a path stand, searched one inside the other; 1 if none is found. */
function lineOf(source: string, path: readonly PropertyKey[]): number {
  let offset = 0;
  for (const key of path) {
    if (typeof key !== "string") continue;
    const at = new RegExp(
      `(^|[\\s{,])["']?${key.replace(/[^\w-]/g, "\\$&")}["']?\\s*[:(]`,
      "m",
    ).exec(source.slice(offset));
    if (!at) break;
    offset += at.index + (at[1]?.length ?? 0);
  }
  return source.slice(0, offset).split("\n").length;
}

function invalid(problems: readonly string[]): ScenarioError {
  return new ScenarioError("SCENARIO_INVALID", problems.join("\n"), {
    hint: "CONTRIBUTING.md tells what each part means; `aftershock validate` checks again.",
  });
}
