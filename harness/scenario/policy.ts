import { parse } from "yaml";
import type { ComposeModel } from "./compose-model.ts";
import { buildFindings } from "./policy/build.ts";
import { partOf, type Fault, type Ground, type Part } from "./policy/fault.ts";
import { keyFindings } from "./policy/keys.ts";
import { limitFindings } from "./policy/limits.ts";
import { mountFindings, outOfProject } from "./policy/mounts.ts";
import { sizeFindings } from "./policy/sizes.ts";

export type { Fault, Ground } from "./policy/fault.ts";

/** The rules that an author may loosen for a service of his own, `x-why: { RULE: the reason }`. */
const loosened = new Set(["cap_add", "read_only", "init", "user", "restart"]);
const shortestReason = 10;

/**
 * What a scenario has, as compose resolves it, that no scenario may have: the incident stays
 * inside. Pure; `ground` alone knows the machine.
 * @param model with values as they are meant, see dollars.ts: a path with "$$" is another one
 */
export function policyFaults(model: ComposeModel, ground: Ground): readonly Fault[] {
  const { services: named, networks, volumes, secrets, configs } = model;
  const known = { services: named, networks, volumes, secrets, configs };
  const compose: Part = { ...partOf(parse(model.text)), ...known };
  const services = Object.entries(partOf(compose["services"])).flatMap(([service, value]) => {
    const part = partOf(value);
    return [
      ...limitFindings(part),
      ...sizeFindings(part),
      ...keyFindings(part),
      ...mountFindings(part, compose, ground),
      ...buildFindings(part, compose, ground),
    ]
      .filter(({ rule }) => !isExcused(part, rule))
      .map((finding) => ({ service, ...finding }));
  });
  return [...services, ...outOfProject(compose)];
}

function isExcused(service: Part, rule: string): boolean {
  const why = partOf(service["x-why"])[rule];
  return loosened.has(rule) && typeof why === "string" && why.trim().length >= shortestReason;
}
