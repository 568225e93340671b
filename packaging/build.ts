/**
 * Before `npm pack`: dist/, the code as JavaScript and types, for Node runs no TypeScript below
 * node_modules. It mirrors harness/ and the code of scenarios/; what compose, Docker and the reader
 * need of scenarios/ and images/ goes into the package as it is, so a scenario's hash is the same.
 */
import { cp, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { execa } from "execa";
import { packageRoot as root } from "../harness/package.ts";

await rm(join(root, "dist"), { recursive: true, force: true });
const tsc = join(root, "node_modules/.bin/tsc");
await execa(tsc, ["-p", import.meta.dirname], { stdout: "inherit", stderr: "inherit" });

/** What is read at run time: style sheets, scripts of the engine; the launcher stays where it is. */
const isAsset = (path: string) => !path.endsWith(".ts") && !/^harness\/cli\/[^/]+\./.test(path);
await cp(join(root, "harness"), join(root, "dist/harness"), {
  recursive: true,
  filter: (path) => isAsset(relative(root, path)),
});
