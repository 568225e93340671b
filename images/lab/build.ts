/**
 * `npm run lab`: builds the lab as an image, `aftershock/lab`, from this tree: what it runs with, its
 * scenarios, and a Node for the engine's processor.
 */
import { copyFile, cp, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../../harness/cache.ts";
import { acquireEngine } from "../../harness/engine/index.ts";
import { scratch } from "../../harness/engine/scratch.ts";
import { nodeFor } from "../../harness/images/helper-node.ts";
import { ensureImages } from "../../harness/images/prepare.ts";
import { stderrProgress as progress } from "../../harness/cli/progress.ts";

const root = resolve(import.meta.dirname, "../..");

await using folder = await scratch(join(cacheFolder(), "builds"), "lab");
await progress.step("lay out what the lab runs with", () => layOut(folder.path));
await using engine = await acquireEngine({ progress });
const context = folder.path;
const file = process.env["SSL_CERT_FILE"] || "/etc/ssl/certs/ca-certificates.crt";
const node = dirname(await nodeFor(engine.facts.arch, progress));
const build = {
  context,
  additional_contexts: { node },
  network: "host",
  secrets: [{ source: "host_ca" }],
};
const services = { lab: { image: "aftershock/lab:latest", build } };
const [images] = await ensureImages(
  engine,
  [{ folder: import.meta.dirname, services, secrets: { host_ca: { file } } }],
  progress,
);
console.log(`aftershock/lab is ${images!["lab"]!.id}`);

/** The Dockerfile, and the lab with the packages that it runs with, and no others. */
async function layOut(to: string): Promise<void> {
  const lab = join(to, "lab");
  await mkdir(lab, { recursive: true });
  await copyFile(join(import.meta.dirname, "Dockerfile"), join(to, "Dockerfile"));
  for (const part of [
    "harness",
    "scenarios",
    "images",
    "template",
    "package.json",
    "package-lock.json",
    ".npmrc",
  ])
    await cp(join(root, part), join(lab, part), { recursive: true });
  await execa("npm", ["ci", "--omit=dev", "--ignore-scripts"], { cwd: lab });
}
