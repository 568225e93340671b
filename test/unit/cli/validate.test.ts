import { execa } from "execa";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

// `validate` as a process of its own: what a scenario.ts does to the process is what is tried.

const root = resolve(import.meta.dirname, "../../..");
const envelope = join(root, "scenarios/envelope.yml");
let home = "";
beforeAll(async () => {
  // inside the repository: scenarios import "#scenario"
  home = await mkdtemp(join(import.meta.dirname, ".tmp-"));
});
afterAll(() => rm(home, { recursive: true }));

/** The example as a scenario that the policy is content with, and more code before it. */
async function scenario(name: string, code = "", service = ""): Promise<string> {
  const folder = join(home, name, "example");
  await cp(join(root, "test/fixtures/scenario/example"), folder, { recursive: true });
  const text = await readFile(join(folder, "scenario.ts"), "utf8");
  await writeFile(join(folder, "scenario.ts"), `${code}\n${text}`);
  await writeFile(
    join(folder, "compose.yml"),
    `services:
  main:
    extends: { file: ${envelope}, service: box }
    profiles: [example]
    image: aftershock/example:\${ARM:-broken}
    user: "1000:1000"
    networks: [example]
${service}
networks: { example: { internal: true } }
`,
  );
  return folder;
}

const validate = (...args: readonly string[]) =>
  execa(process.execPath, [join(root, "harness/cli/main.ts"), "validate", ...args], {
    cwd: root,
    reject: false,
    timeout: 60_000,
  });

test("a sound folder is valid, and only what is wrong with another is told", async () => {
  const sound = await scenario("sound");
  const open = await scenario("open", "", "    privileged: true\n    pid: host");
  const other = await scenario("other", "throw new Error('not today');");
  const { exitCode, stdout, stderr } = await validate(sound, open, other);
  expect(stdout).toBe("example: valid");
  expect(stderr).toMatch(/open.example.compose\.yml:8: main: `privileged` gives/);
  expect(stderr).toMatch(/open.example.compose\.yml:9: main: pid: host leaves/);
  expect(stderr).toMatch(/other.example.scenario\.ts:1: not today/);
  expect(stderr).not.toMatch(/sound/);
  expect(exitCode).toBe(65);
});

test.each([
  ["an exit with 0", "process.exit(0);", /ends the process/],
  ["an exit with 1", "process.exit(1);", /ends the process/],
  ["an exit code", "process.exitCode = 1; throw new Error('and out');", /and out/],
  ["a rejection", "Promise.reject(new Error('left alone'));", /left alone/],
  ["a rejection of nothing", "Promise.reject();", /undefined/],
  ["an await for ever", "await new Promise(() => {});", /never ends/],
  ["a listener that exits", "process.on('beforeExit', () => process.exit(1)); throw 'x';", /: x/],
])("%s in scenario.ts is 65, with file and sentence", async (name, code, message) => {
  const { exitCode, stdout, stderr } = await validate(await scenario(name, code));
  expect(stderr).toMatch(/^aftershock: .*scenario\.ts(:\d+)?: \S/);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe("");
  expect(exitCode).toBe(65);
});
