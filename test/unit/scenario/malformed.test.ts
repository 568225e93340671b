import { anything, assert, asyncProperty, constantFrom } from "fast-check";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, describe, expect, test } from "vitest";
import { AftershockError, ScenarioError } from "../../../harness/errors.ts";
import { checkScenario } from "../../../harness/scenario/check.ts";
import { loadScenario } from "../../../harness/scenario/load.ts";

// Scenarios as nobody should write them: each gets one documented error, in sentences with a
// place, within its time, and nothing beyond its folder is touched.

const example = resolve(import.meta.dirname, "../../fixtures/scenario/example");
const sound = await readFile(join(example, "scenario.ts"), "utf8");
// inside the repository: scenarios import "#scenario"
const root = await mkdtemp(join(import.meta.dirname, ".tmp-"));
afterAll(() => rm(root, { recursive: true }));

let count = 0;
/** The example with another scenario.ts, in a folder of its own. */
async function folderWith(source: string): Promise<string> {
  const folder = join(root, String(++count), "example");
  await cp(example, folder, { recursive: true });
  await writeFile(join(folder, "scenario.ts"), source);
  return folder;
}

async function errorOf(loading: Promise<unknown>): Promise<AftershockError> {
  const error = await loading.then(
    () => expect.fail("it is taken for a scenario"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof AftershockError) return error;
  throw error;
}

/** One documented error: sentences with their places, nothing of a stack. */
function expectTold(error: AftershockError, place = /scenario\.ts:\d+: \S/) {
  expect(error).toBeInstanceOf(ScenarioError);
  expect(error.exitCode).toBe(65);
  expect(error.code).toMatch(/^SCENARIO_(INVALID|NOT_LOADED|FILE_MISSING)$/);
  for (const line of error.message.split("\n")) {
    expect(line).toMatch(place);
    expect(line).not.toMatch(/^\s+at |node:internal|\p{Cc}/u);
    expect(line.length).toBeLessThan(600);
  }
}

const replaced = (from: string, to: string) => {
  expect(sound).toContain(from);
  return sound.replace(from, () => to);
};
const top = (code: string) => `${code};\n${sound}`;

describe("a file that can't be loaded", () => {
  test.each<[string, string, RegExp?]>([
    ["nothing", ""],
    ["binary", "\0\u0001\u0002\uFFFF"],
    ["no TypeScript", "nonsense ~~ export default"],
    ["an open bracket", sound.slice(0, 400)],
    ["an open string", top('const a = "')],
    ["an enum", top("enum A { b }"), /enum/],
    ["a decorator", top("@a class B {}")],
    ["another's import", top('import "no-such-package"'), /no-such-package/],
    ["a file that isn't there", top('import "./not-there.ts"'), /not-there/],
    ["a name that isn't exported", top('import { nothing } from "#scenario"'), /nothing/],
    ["a name that isn't defined", top("nothing()"), /scenario\.ts:1: nothing is not defined/],
    ["a throw", top("throw new Error('one\\ntwo \\u001b[31m three')"), /scenario\.ts:1: one two/],
    ["a throw of undefined", top("throw undefined"), /undefined/],
    ["a throw of a symbol", top("throw Symbol('odd')")],
    ["a throw of nothing at all", top("throw Object.create(null)")],
    [
      "an error without a stack",
      top("throw Object.assign(new Error('bare'), { stack: 7 })"),
      /bare/,
    ],
    ["a rejected promise", top("Promise.reject(new Error('left alone'))"), /left alone/],
    ["a promise rejected with nothing", top("Promise.reject()")],
    [
      "a promise rejected later",
      top("Promise.resolve().then(() => { throw new Error('later') })"),
      /later/,
    ],
    ["an awaited rejection", top("await Promise.reject(new Error('awaited'))"), /awaited/],
    ["an exit with 0", top("process.exit(0)"), /ends the process \(exit code 0\)/],
    ["an exit with 1", top("process.exit(1)"), /ends the process \(exit code 1\)/],
    ["an exit by code alone", top("process.exitCode = 3; process.exit()"), /exit code 3/],
    [
      "an exit from a promise",
      top("await Promise.resolve().then(() => process.exit(0))"),
      /ends the process/,
    ],
    ["an abort", top("process.abort()"), /abort/],
    ["an await that nothing settles", top("await new Promise(() => {})"), /never ends/],
    ["an endless recursion", top("(function f() { f() })()"), /call stack/],
    ["all the memory", top("const a = []; for (;;) a.push(new Array(1e6).fill(1))"), /memory|10 s/],
  ])("%s", async (_, source, message = /\S/) => {
    const error = await errorOf(loadScenario(await folderWith(source)));
    expectTold(error, /scenario\.ts(:\d+)?: \S/);
    expect(error.message).toMatch(message);
  });

  test("what never ends is ended after ten seconds, also where a thread could not be", async () => {
    const began = performance.now();
    await execa("mkfifo", [join(root, "pipe.ts")]);
    const endless = [
      "for (;;);",
      "setInterval(() => {}, 1000); await new Promise(() => {})",
      'import "../../pipe.ts"',
      'import { execSync } from "node:child_process"; execSync("sleep 100")',
    ];
    const errors = await Promise.all(
      endless.map(async (code) => errorOf(loadScenario(await folderWith(top(code))))),
    );
    for (const error of errors) {
      expectTold(error, /scenario\.ts: takes more than 10 s to load/);
    }
    expect(performance.now() - began).toBeLessThan(20_000);
    await rm(join(root, "pipe.ts"));
  });
});

describe("an export that is no scenario", () => {
  test.each<[string, string, RegExp]>([
    ["none", sound.replace("export default", "export const a ="), /default export: /],
    ["null", "export default null", /default export: /],
    ["a number", "export default 7", /default export: /],
    ["a list", "export default [1, 2]", /default export: /],
    ["a function", "export default () => ({})", /default export: /],
    ["a promise", "export default Promise.resolve({})", /Promise: await it/],
    ["a proxy", "export default new Proxy({}, { get() { throw 1 } })", /Proxy/],
    ["a getter that throws", "export default { get id() { throw new Error('x') } }", /id: reading/],
    ["a circle", "const a = {}; a.arms = a; export default a", /arms: a circle/],
    ["a huge list", replaced("plots: [", "plots: Array(1e7), x: ["), /plots: a list of/],
    [
      "a huge object",
      replaced("scaled: []", "scaled: Array.from({ length: 19_000 }, () => ({ a: 1 }))"),
      /more than/,
    ],
    ["a class", "export default class {}", /default export: /],
  ])("%s", async (_, source, message) => {
    const error = await errorOf(loadScenario(await folderWith(source)));
    expectTold(error);
    expect(error.message).toMatch(message);
  });
});

describe("a word that is wrong, with its line and the way out", () => {
  test.each<[string, string, number, RegExp]>([
    ['id: "example"', 'id: "Example"', 5, /small letters/],
    ['id: "example"', 'id: "other"', 5, /not the folder's name/],
    ['id: "example"', 'id: "../../etc"', 5, /small letters/],
    ['title: "A process that prints too much"', 'title: ""', 6, /title/],
    ['published: "2026-01-01"', 'published: "yesterday"', 8, /published/],
    ["scaled: []", "scaled: [{}]", 9, /scaled/],
    ["scaled: []", "scaled: {}", 9, /scaled/],
    ['metric: "anon"', 'metric: "memory"', 10, /anon/],
    ['metric: "anon"', 'metric: "anon", observed: "x"', 10, /either `service` with `metric`/],
    ['service: "main", metric: "anon"', 'observed: "x", service: "main"', 10, /either/],
    ['service: "main", metric: "anon"', 'unit: "B"', 10, /either/],
    ['command: ["true"]', "command: []", 11, /command/],
    ['command: ["true"]', 'command: "true"', 11, /command/],
    ['command: ["true"]', 'command: ["true"], withinMs: -1', 11, /withinMs/],
    ['memory: "128 MiB"', 'memory: "128"', 12, /with a unit/],
    ['memory: "128 MiB"', "memory: 128", 12, /memory|10 s/],
    ['memory: "128 MiB"', 'memory: "plenty"', 12, /with a unit/],
    ['memory: "128 MiB"', 'memory: "-1 MiB"', 12, /with a unit/],
    ['memory: "128 MiB"', 'memory: "128 MiB", cpus: 0', 12, /cpus/],
    ['memory: "128 MiB"', 'memory: "128 MiB", seconds: Infinity', 12, /seconds/],
    ['memory: "128 MiB"', 'memory: "128 MiB", disk: "1 GiB"', 12, /disk/],
    ['needs: { memory: "128 MiB" }', "needs: {}", 12, /memory|10 s/],
    ['broken: { role: "broken" }', 'broken: { role: "brocken" }', 14, /broken/],
    ['broken: { role: "broken" }', "broken: {}", 14, /role/],
    ['broken: { role: "broken" }', 'Broken: { role: "broken" }', 14, /small letters/],
    [
      'broken: { role: "broken" }',
      'broken: { role: "broken", upholds: ["x"] }',
      14,
      /for controls/,
    ],
    ['broken: { role: "broken" }', 'broken: { role: "broken", env: { low: "1" } }', 14, /CAPITALS/],
    ['broken: { role: "broken" }', 'broken: { role: "broken", env: { A: 1 } }', 14, /env\.A/],
    ...["PATH", "HOME", "LD_PRELOAD", "DOCKER_HOST", "COMPOSE_EXPERIMENTAL_GIT_REMOTE"].map(
      (name): [string, string, number, RegExp] => [
        'broken: { role: "broken" }',
        `broken: { role: "broken", env: { ${name}: "x" } }`,
        14,
        /listens to this variable itself/,
      ],
    ),
    [
      "scaled: []",
      'scaled: [], fixable: { places: {}, settings: ["LD_PRELOAD"] }',
      9,
      /fixable\.settings.*listens to this variable itself/,
    ],
    ['broken: { role: "broken" }', 'broken: { role: "broken", target: "../x" }', 14, /target/],
    ['broken: { role: "broken" }', 'broken: { role: "fixed" }', 13, /must be `broken`/],
    ['cured: { role: "fixed" }', 'cured: { role: "broken" }', 13, /must be `fixed`/],
    [
      'cured: { role: "fixed" }',
      'cured: { role: "fixed", against: "brokn" }',
      15,
      /mean "broken"\?/,
    ],
    ['cured: { role: "fixed" }', 'cured: { role: "fixed", against: "cured" }', 15, /no broken arm/],
    ['cured: { role: "fixed" }', 'cured: { role: "fixed", rejectedBy: ["x"] }', 15, /for controls/],
    [
      'cured: { role: "fixed" }',
      'cured: { role: "fixed", target: "broken" }',
      15,
      /tells it from "broken"/,
    ],
    [
      'cured: { role: "fixed" }',
      'cured: { role: "fixed", needs: { memory: "1" } }',
      15,
      /with a unit/,
    ],
    ['why: "printing in bold", ', "", 16, /`why`/],
    [', rejectedBy: ["silent"]', "", 16, /`rejectedBy`/],
    ['rejectedBy: ["silent"]', "rejectedBy: []", 16, /rejectedBy/],
    ['rejectedBy: ["silent"]', 'rejectedBy: ["silent"], kind: "wrong"', 16, /kind/],
    ['rejectedBy: ["silent"]', 'rejectedBy: ["silent"], against: "broken"', 16, /fixed arms/],
  ])("%s -> %s", async (from, to, line, message) => {
    const source = replaced(from, to);
    const folder = await folderWith(source);
    // the words are what matters here: the export is taken from Node as it is
    const { default: exported } = (await import(join(folder, "scenario.ts"))) as {
      default: unknown;
    };
    const error = await errorOf(checkScenario(exported, folder));
    expectTold(error);
    expect(error.message).toMatch(message);
    const told = error.message.split("\n").find((one) => message.test(one));
    expect(told).toMatch(new RegExp(`scenario\\.ts:${line}: `));
  });

  test("all of them are told at once, in the order of the file", async () => {
    const source = sound
      .replace('id: "example"', 'id: "Example"')
      .replace('"128 MiB"', '"128"')
      .replace('role: "fixed"', 'role: "mended"');
    const error = await errorOf(loadScenario(await folderWith(source)));
    const lines = error.message.split("\n").map((line) => Number(/ts:(\d+):/.exec(line)?.[1]));
    expect(lines).toEqual(expect.arrayContaining([5, 12, 15]));
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  });
});

describe("a folder that is none", () => {
  test.each<[string, (folder: string) => Promise<unknown>]>([
    ["no compose.yml", (folder) => rm(join(folder, "compose.yml"))],
    ["no README.md", (folder) => rm(join(folder, "README.md"))],
    ["no scenario.ts", (folder) => rm(join(folder, "scenario.ts"))],
    ["nothing at all", (folder) => rm(folder, { recursive: true })],
    [
      "a pipe",
      async (folder) => {
        await rm(join(folder, "scenario.ts"));
        await execa("mkfifo", [join(folder, "scenario.ts")]);
      },
    ],
    [
      "a folder in a file's place",
      async (folder) => {
        await rm(join(folder, "compose.yml"));
        await mkdir(join(folder, "compose.yml"));
      },
    ],
    [
      "a link to itself",
      async (folder) => {
        await rm(join(folder, "compose.yml"));
        await symlink("compose.yml", join(folder, "compose.yml"));
      },
    ],
  ])("%s", async (_, spoil) => {
    const folder = await folderWith(sound);
    await spoil(folder);
    const error = await errorOf(loadScenario(folder));
    expectTold(error, /example: \S+ is missing, or no file/);
    expect(error.code).toBe("SCENARIO_FILE_MISSING");
  });
});

test("whatever is put where, it is told in sentences", async () => {
  const folder = await folderWith(sound);
  const { default: exported } = (await import(join(folder, "scenario.ts"))) as {
    default: Record<string, unknown>;
  };
  const odd = anything({ withBigInt: true, withDate: true, withMap: true, withSet: true });
  const paths = constantFrom(
    ...Object.keys(exported).map((key) => [key]),
    ["arms", "broken"],
    ["arms", "broken", "env"],
    ["arms", "louder", "rejectedBy"],
    ["needs", "memory"],
    ["plots", "0"],
    ["ready", "0", "command"],
    ["judge", "fixed"],
    ["extra"],
  );
  await assert(
    asyncProperty(paths, odd, async (path, value) => {
      try {
        expect(await checkScenario(put(exported, path, value), folder)).toHaveProperty("arms");
      } catch (error) {
        expectTold(error as AftershockError);
      }
    }),
    { numRuns: 300 },
  );
});

/** A copy with one value exchanged. */
function put(into: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy = (Array.isArray(into) ? [...into] : { ...(into as object) }) as Record<
    string,
    unknown
  >;
  copy[key] = put(copy[key], rest, value);
  return copy;
}

test("nothing was written beyond the scenarios' own folders", async () => {
  const folders = await readdir(root, { recursive: true });
  expect(folders.filter((path) => !/^\d+(\/example(\/[\w.]+)?)?$/.test(path))).toEqual([]);
});
