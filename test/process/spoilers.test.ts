import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShell } from "../../harness/drill/open-shell.ts";
import { spoilersIn, type Surface } from "../../harness/drill/spoilers.ts";
import {
  engineSurfaces,
  folderSurfaces,
  LOOK_AROUND,
  partsOf,
} from "../../harness/drill/surfaces.ts";
import { acquireEngine } from "../../harness/engine/index.ts";
import { label, ownerLabel } from "../../harness/lifecycle/labels.ts";
import { silent } from "../../harness/progress.ts";

// A word is planted on every surface, each time written otherwise; each is to be found in its place.

const engine = await acquireEngine({ progress: silent });
const { docker } = engine;
const run = `spoilers-${process.pid}`;
const labels = { [label.run]: run, [label.owner]: ownerLabel() };
const riddle = { words: ["blown-fuse"], patterns: [], lines: [], allowed: [] };

let folder = "";
let surfaces: readonly Surface[] = [];
const undo: (() => PromiseLike<unknown>)[] = [() => engine[Symbol.asyncDispose]()];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aftershock-spoilers-"));
  await mkdir(join(folder, "checks/1"), { recursive: true });
  await writeFile(join(folder, "checks/1/report.html"), "<p>the blown fuse</p>");
  await writeFile(join(folder, "blown-fuse.md"), "");
  undo.push(() => rm(folder, { recursive: true }));
  const network = await docker.createNetwork({
    ...{ Name: `${run}-blownfuse`, Internal: true, Labels: labels },
  });
  undo.push(() => network.remove());
  await docker.createVolume({ Name: `${run}_blown_fuse`, Labels: labels });
  undo.push(() => docker.getVolume(`${run}_blown_fuse`).remove());
  const container = await docker.createContainer({
    Image: "aftershock/base:bullseye",
    User: "65534",
    Cmd: ["sh", "-c", "echo BlownFuse >&2; echo blown_fuse >/scratch/a; sleep 600; : blown-fuse"],
    Env: ["BLOWN_FUSE=1"],
    Labels: { ...labels, "com.docker.compose.service": "victim" },
    HostConfig: {
      ...{ NetworkMode: "none", Tmpfs: { "/scratch": "mode=1777" }, CapDrop: ["ALL"] },
      ...{ SecurityOpt: ["no-new-privileges:true"], Memory: 2 ** 26, MemorySwap: 2 ** 26 },
    },
  });
  undo.push(() => container.remove({ force: true, v: true }));
  await container.start();
  const ends = { input: new PassThrough(), output: new PassThrough(), errors: new PassThrough() };
  const told = text(ends.output);
  await openShell(engine, container.id, ["sh", "-c", LOOK_AROUND], ends);
  ends.output.end();
  surfaces = [
    ...(await engineSurfaces(engine, run)),
    ...(await folderSurfaces("session", folder)),
    ...partsOf(await told),
  ];
}, 60_000);
afterAll(async () => {
  for (const one of undo.toReversed()) await one();
});

test.each([
  "network",
  "volume",
  "inspect victim",
  "logs victim",
  "processes",
  "process 1",
  "file /scratch/a",
  "session blown-fuse.md",
  "session checks/1/report.html",
])("it is found in: %s", (where) => {
  const own = surfaces.filter((surface) => surface.where === where);
  expect(own).not.toEqual([]);
  expect(spoilersIn(own, riddle)).not.toEqual([]);
});

test("an image tells its name, and how it was made", () => {
  const made = { ...riddle, words: ["apt-add"] };
  const found = spoilersIn(surfaces, made).map(({ where }) => where);
  expect(found).toContain("image history victim");
  const named = { ...riddle, words: ["aftershock/base"] };
  expect(spoilersIn(surfaces, named).map(({ where }) => where)).toContain("image victim");
});

test("what packages brought is not looked at", () => {
  expect(surfaces.some(({ where }) => /^file \/usr\/(bin|lib|share)\//.test(where))).toBe(false);
});
