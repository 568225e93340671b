/**
 * The packed package in an empty project outside of this repository, installed by npm, on each Node
 * that the documents name: `new`, `validate`, `run`, a guard, and a watch by testcontainers: each green,
 * and red when the fix is taken out. Takes a registry and some minutes.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { acquireEngine } from "../../harness/engine/index.ts";
import { silent } from "../../harness/progress.ts";
import { packInto } from "../support/packed.ts";

/** The command line works on all of them, the library from the second on. */
const nodes = ["20.20.2", "22.18.0", "24.12.0", "26.10.0"] as const;
const guard = 'import { incident } from "aftershock/vitest";\n\nincident("incidents/march");\n';

/** A server that keeps four mebibytes of each call, or with FIXED does not. */
const watched = `
import { MiB, watch } from "aftershock/testcontainers";
import "aftershock/vitest";
import { GenericContainer } from "testcontainers";
import { expect, test } from "vitest";

const serve = \`import os
os.mkfifo("/tmp/calls")
kept = []
while True:
    open("/tmp/calls").read()
    call = b"x" * (4 << 20)
    if not os.environ["FIXED"]: kept.append(call)\`;

test("calls leave nothing behind", { timeout: 60_000 }, async () => {
  await using container = await new GenericContainer("aftershock/base:bookworm")
    .withEnvironment({ FIXED: process.env.FIXED })
    .withCommand(["python3", "-c", serve])
    .start();
  await using seen = await watch(container);
  for (let i = 0; i < 8; i += 1) {
    await container.exec(["sh", "-c", "until [ -p /tmp/calls ]; do :; done; echo >/tmp/calls"]);
    seen.call();
  }
  await seen.caughtUp();
  expect(seen.memory("anon")).not.toRiseBy(16 * MiB);
});
`;

await using engine = await acquireEngine({ progress: silent });
const home = await mkdtemp(join(tmpdir(), "aftershock-package-"));
try {
  const tarball = await packInto(home);
  for (const version of nodes) {
    const began = performance.now();
    await tried(version, tarball);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    process.stdout.write(`Node ${version}: as it should be, ${seconds} s\n`);
  }
} finally {
  await rm(home, { recursive: true });
}

async function tried(version: string, tarball: string): Promise<void> {
  const project = join(home, version);
  await mkdir(project);
  const platform = `node-${process.platform}-${process.arch}`;
  await execa("npm", ["i", "--prefix", `${project}-node`, `${platform}@${version}`]);
  const bin = join(`${project}-node/node_modules`, platform, "bin");
  const ryuk = { TESTCONTAINERS_RYUK_DISABLED: "true", TESTCONTAINERS_HOST_OVERRIDE: "127.0.0.1" };
  const env = { ...engine.env, ...ryuk, PATH: `${bin}:${engine.env["PATH"]}` };
  const does = async (line: string, code = 0) => {
    const done = await execa(line, { cwd: project, env, shell: true, all: true, reject: false });
    if (done.exitCode === code) return;
    throw new Error(
      `Node ${version}: ${line} ended with ${done.exitCode}, not ${code}\n${done.all}`,
    );
  };
  await does("npm init -y");
  await does(`npm i -D ${tarball} vitest testcontainers@12.2.0`);
  await does("npx aftershock new march");
  await does("npx aftershock validate");
  await does("npx aftershock run --all");
  if (version === nodes[0]) return;
  await writeFile(join(project, "march.test.mjs"), guard);
  await does("npx vitest run");
  const march = join(project, "incidents/march");
  await cp(join(march, "app.py"), join(march, "fixes/app.py"));
  await does("npx vitest run -t bounded", 1);
  await writeFile(join(project, "watch.test.ts"), watched);
  await does("FIXED=yes npx vitest run watch.test.ts");
  await does("FIXED= npx vitest run watch.test.ts", 1);
}
