import { join } from "node:path";
import { packageRoot } from "../package.ts";
import type { ComposeBuild } from "../scenario/compose-model.ts";

const folder = join(packageRoot, "images");

/** Images of the lab's own that a scenario anywhere may name without building them. */
const OWN: Readonly<Record<string, string>> = { "aftershock/http:1": join(folder, "http") };

/** How an image is built that bears one of the lab's own names. */
export function ownBuild(name: string): ComposeBuild | undefined {
  const context = Object.hasOwn(OWN, name) ? OWN[name] : undefined;
  return context === undefined ? undefined : { context };
}
