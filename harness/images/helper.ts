import { dirname, join } from "node:path";
import type { Engine } from "../engine/index.ts";
import { packageRoot } from "../package.ts";
import type { Progress } from "../progress.ts";
import { nodeFor } from "./helper-node.ts";
import { ensureImages } from "./prepare.ts";

const harness = join(import.meta.dirname, "..");
const folder = join(packageRoot, "images/helper");

/**
 * Makes the image of the helper container, which reads cgroup files on the engine, exist there;
 * gives its id. It stands on a base image and takes Node and the sampling process from this machine.
 * @throws EnvironmentError where there is no Node for the engine's processor, or the image can't
 *   be built
 */
export async function helperImage(
  engine: Engine,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string> {
  const node = await nodeFor(engine.facts.arch, progress);
  const build = {
    context: harness,
    dockerfile: join(folder, "Dockerfile"),
    additional_contexts: { node: dirname(node) },
  };
  const services = { helper: { image: "aftershock/helper", build } };
  const [images] = await ensureImages(
    engine,
    [{ folder, services, secrets: {} }],
    progress,
    signal,
  );
  return images!["helper"]!.id;
}
