import { basename } from "node:path";
import { EnvironmentError } from "../errors.ts";

/** How engines and Node call the processors that both know. */
const architectures = new Map([
  ["x86_64", "x64"],
  ["amd64", "x64"],
  ["aarch64", "arm64"],
  ["arm64", "arm64"],
]);

/**
 * Path of a Node for Linux on the engine's processor, fit to be copied into an image: this very
 * one.
 * @throws EnvironmentError NO_NODE_FOR_ENGINE
 */
export function nodeFor(engineArch: string): string {
  if (process.platform === "linux" && architectures.get(engineArch) === process.arch && isWhole())
    return process.execPath;
  throw new EnvironmentError("NO_NODE_FOR_ENGINE", `There is no Node for ${engineArch} here.`);
}

/** Whether this Node needs no more libraries than the base image has: not musl's, nor a distribution's. */
function isWhole(): boolean {
  const { variables } = process.config as { variables: Record<string, unknown> };
  const shared = Object.entries(variables).some(
    ([name, value]) => name.startsWith("node_shared") && value === true,
  );
  const { glibcVersionRuntime } = (
    process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  ).header;
  return basename(process.execPath) === "node" && !shared && glibcVersionRuntime !== undefined;
}
