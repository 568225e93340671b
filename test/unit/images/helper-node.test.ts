import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nodeFor } from "../../../harness/images/helper-node.ts";
import release from "../../../harness/node-release.json" with { type: "json" };
import { silent } from "../../../harness/progress.ts";

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "aftershock-"));
  vi.stubEnv("XDG_CACHE_HOME", cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

const other = process.arch === "x64" ? "aarch64" : "x86_64";
const platform = process.arch === "x64" ? "linux-arm64" : "linux-x64";

test("for a processor like ours it is the Node that runs", async ({ skip }) => {
  skip(process.platform !== "linux", "this is no Node for Linux");
  const same = process.arch === "x64" ? "x86_64" : "aarch64";
  expect(await nodeFor(same, silent)).toBe(process.execPath);
});

test("for another one it is one that was fetched before", async () => {
  const folder = join(cache, "aftershock/node", `${release.version}-${platform}`, "bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "node"), "");
  expect(await nodeFor(other, silent)).toBe(join(folder, "node"));
});

test("else it is fetched, and nothing is taken that is not what it should be", async () => {
  const server = createServer((request, answer) => {
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const name = decodeURIComponent(request.url!.slice(1));
    const dist = { tarball: `${at}/${name}.tgz` };
    const { version } = release;
    const told = JSON.stringify({ name, versions: { [version]: { name, version, dist } } });
    answer.end(name.endsWith(".tgz") ? "not Node" : told);
  }).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  vi.stubEnv("npm_config_registry", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("npm_config_cache", join(cache, "npm"));
  await expect(nodeFor(other, silent)).rejects.toMatchObject({
    code: "NO_NODE_FOR_ENGINE",
    exitCode: 69,
    message: expect.stringContaining("wrong sha512"),
  });
  server.close();
});

test("for one that Node does not know there is none", async () => {
  await expect(nodeFor("s390x", silent)).rejects.toMatchObject({ code: "NO_NODE_FOR_ENGINE" });
});
