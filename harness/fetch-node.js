// A Node for this machine, or for an engine's, into the cache folder. Plain JavaScript, because the
// first step (cli/aftershock.js) runs on a Node that is too old for anything else, and needs it to
// get a newer one.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { openFolder } from "./cache-folder.js";
import { npm, work } from "./npm.js";

/**
 * Lays bin/node into `folder`: the bare binary from the platform package of npm's `node`, checked
 * by its hash and, where it is to run here, by `check`, which gets its path. Ends at the limit
 * (milliseconds). Fails with exit code 69.
 */
export async function fetchNode(platform, { version, integrity }, folder, { limit, check }) {
  const spec = `node-${platform}@${version}`;
  openFolder(dirname(folder));
  const part = fs.mkdtempSync(`${folder}.part-`);
  try {
    await npm(["pack", spec, "--loglevel=error", "--pack-destination", part], part, limit);
    const file = fs.readdirSync(part).find((name) => name.endsWith(".tgz"));
    const hash = createHash("sha512")
      .update(fs.readFileSync(join(part, file)))
      .digest("base64");
    if (`sha512-${hash}` !== integrity[platform])
      throw fail(`${spec} is not what it should be: wrong sha512`);
    const members = ["package/bin/node", "package/LICENSE"];
    // The owner of the archive is nobody's here: as root, tar would keep it.
    const tar = await work("tar", ["-xzf", file, "--no-same-owner", ...members], part, {}, limit);
    if (tar.failed) throw fail(`${spec} could not be unpacked: ${tar.failed}\n${tar.said}`);
    // Whatever the umask here: nobody else is to write to what we run.
    for (const path of ["package", "package/bin", "package/bin/node"])
      fs.chmodSync(join(part, path), 0o755);
    if (check) check(join(part, "package/bin/node"));
    fs.renameSync(join(part, "package"), folder);
  } finally {
    fs.rmSync(part, { recursive: true, force: true });
  }
}

/** The machine can't: exit code 69. */
const fail = (message) => Object.assign(new Error(message), { exitCode: 69 });
