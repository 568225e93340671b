import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cacheFolder } from "../cache.ts";
import { EnvironmentError } from "../errors.ts";
import { fetchNode, type Release } from "../fetch-node.js";
import type { Progress } from "../progress.ts";
import { patienceOf } from "./patience.ts";

/** How Node calls the processors of engines. */
const architectures = new Map([
  ["x86_64", "x64"],
  ["amd64", "x64"],
  ["aarch64", "arm64"],
  ["arm64", "arm64"],
]);

/**
 * Path of a Node for Linux on the engine's processor, fit to be copied into an image: this very
 * one, else one fetched into the cache folder, now or before.
 * @throws EnvironmentError NO_NODE_FOR_ENGINE
 */
export async function nodeFor(engineArch: string, progress: Progress): Promise<string> {
  const arch = architectures.get(engineArch);
  if (process.platform === "linux" && process.arch === arch && standsAlone())
    return process.execPath;
  const platform = `linux-${arch ?? engineArch}`;
  const release = JSON.parse(
    readFileSync(join(import.meta.dirname, "../node-release.json"), "utf8"),
  ) as Release;
  const folder = join(cacheFolder(), "node", `${release.version}-${platform}`);
  const node = join(folder, "bin/node");
  if (existsSync(node)) return node;
  if (!(platform in release.integrity)) throw none(`There is no Node for ${platform}.`);
  const what = `fetch Node ${release.version} for the engine (${platform})`;
  const fetched = async () => {
    try {
      await fetchNode(platform, release, folder, { limit: patienceOf().silentMs });
    } catch (error) {
      if (existsSync(node)) return; // another run was quicker
      throw none((error as Error).message, error);
    }
  };
  await progress.step(what, fetched, what);
  return node;
}

/** Whether this Node needs no libraries beyond the base image's, as musl's and distributions' do. */
function standsAlone(): boolean {
  const { variables } = process.config as { variables: Readonly<Record<string, unknown>> };
  const shared = Object.entries(variables).some(
    ([name, value]) => name.startsWith("node_shared") && value === true,
  );
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return basename(process.execPath) === "node" && !shared && Boolean(header.glibcVersionRuntime);
}

const none = (message: string, cause?: unknown): EnvironmentError =>
  new EnvironmentError("NO_NODE_FOR_ENGINE", message, { cause });
