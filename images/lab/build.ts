/**
 * `npm run lab`: builds the lab as an image, `aftershock/lab`, from this tree: what it runs with, its
 * scenarios, and the Node that runs this. On Linux: the image gets that very Node.
 */
import { chmod, copyFile, cp, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../../harness/cache.ts";
import { acquireEngine } from "../../harness/engine/index.ts";
import { scratch } from "../../harness/engine/scratch.ts";
import { EnvironmentError } from "../../harness/errors.ts";
import { ensureImages } from "../../harness/images/prepare.ts";
import { stderrProgress as progress } from "../../harness/cli/progress.ts";

const root = resolve(import.meta.dirname, "../..");

await using folder = await scratch(join(cacheFolder(), "builds"), "lab");
await progress.step("lay out what the lab runs with", () => layOut(folder.path));
await using engine = await acquireEngine({ progress });
const context = folder.path;
const file = process.env["SSL_CERT_FILE"] || "/etc/ssl/certs/ca-certificates.crt";
const build = { context, network: "host", secrets: [{ source: "host_ca" }] };
const services = { lab: { image: "aftershock/lab:latest", build } };
const [images] = await ensureImages(
  engine,
  [{ folder: import.meta.dirname, services, secrets: { host_ca: { file } } }],
  progress,
);
console.log(`aftershock/lab is ${images!["lab"]!.id}`);

/** The Dockerfile, this Node, and the lab with the packages that it runs with, and no others. */
async function layOut(to: string): Promise<void> {
  if (process.platform !== "linux")
    throw new EnvironmentError(
      "NOT_LINUX",
      "The lab's image is built on Linux: it gets this Node.",
    );
  const lab = join(to, "lab");
  await mkdir(lab, { recursive: true });
  await copyFile(join(import.meta.dirname, "Dockerfile"), join(to, "Dockerfile"));
  await copyFile(process.execPath, join(to, "node"));
  await chmod(join(to, "node"), 0o755);
  for (const part of [
    "harness",
    "scenarios",
    "images",
    "package.json",
    "package-lock.json",
    ".npmrc",
  ])
    await cp(join(root, part), join(lab, part), { recursive: true });
  await execa("npm", ["ci", "--omit=dev", "--ignore-scripts"], { cwd: lab });
}
