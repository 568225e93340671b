import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cgroupMounts } from "../../../harness/engine/cgroup.ts";
import { cgroupsHere } from "../../../harness/engine/cgroups-here.ts";
import { client } from "../../../harness/engine/connect.ts";
import { engine as facts } from "../../support/rows.ts";
import { always, serve } from "../../support/fake-engine.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "aftershock-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Asks for an engine on which this runs. */
async function ask(running: readonly string[], { kernel = release(), socket = true } = {}) {
  const list = JSON.stringify(running.map((Id) => ({ Id })));
  await using fake = await serve(always(200, list), socket ? join(folder, "s") : undefined);
  const docker = client({ host: fake.host, origin: "a test", chosen: true });
  return await cgroupsHere(fake, { ...facts, cgroup, kernel }, docker);
}

const mounts = cgroupMounts(readFileSync("/proc/self/mounts", "utf8"));
const cgroup = mounts["memory"] ? 1 : 2;
const elsewhere = "0123456789abcdef";

test("an engine on which nothing runs is taken for one of this machine", async () => {
  expect(await ask([])).toBeTypeOf("function");
});

test("one whose containers are not found here is another's", async () => {
  expect(await ask([elsewhere])).toBeUndefined();
});

test("so is one with another kernel, and one by TCP", async () => {
  expect(await ask([], { kernel: "6.10.14-linuxkit" })).toBeUndefined();
  expect(await ask([], { socket: false })).toBeUndefined();
});
