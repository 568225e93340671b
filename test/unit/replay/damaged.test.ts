import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ArmVerdict, Verdict } from "../../../harness/judge/verdict-types.ts";
import { recordName, smallRun, type SmallRun } from "../../support/example-folder.ts";
import { verb } from "../../support/verb.ts";

// A run's folder may come from anywhere, by mail or from a full disk. Whatever it holds: a documented
// exit code, one sentence that names the place, the other arms judged as ever, no other file touched.

let root: string;
let sound: SmallRun;
let asEver: Verdict;
/** A copy of the sound folder, to be damaged. */
let folder: string;
let copies = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "aftershock-damaged-"));
  sound = await smallRun(join(root, "sound"));
  asEver = await judged(join(root, "sound"));
  await mkdir(join(root, "victim"));
  await cp(join(root, "sound", recordName(sound.fixed)), join(root, "victim/record"));
  await cp(join(root, "sound/run.json"), join(root, "victim/run.json"));
});
afterAll(() => rm(root, { recursive: true }));

const copy = async () => {
  folder = join(root, `copy-${(copies += 1)}`);
  await cp(join(root, "sound"), folder, { recursive: true });
};
beforeEach(copy);
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("run.json: 65, with the file and the place", () => {
  const long = "a".repeat(100_000);
  const texts: readonly (readonly [string, (text: string) => string | Uint8Array, RegExp])[] = [
    ["empty", () => "", /is not JSON/],
    ["cut", (text) => text.slice(0, 200), /is not JSON \(line 1 column 201\)/],
    ["words", () => "run complete", /is not JSON/],
    ["binary", () => Uint8Array.from({ length: 999 }, (_, i) => (i * 7) % 256), /is not JSON/],
    ["zeros", () => new Uint8Array(4096), /is not JSON/],
    ["UTF-16", (text) => Buffer.from(text, "utf16le"), /is not JSON/],
    ["huge", (text) => `${text}${" ".repeat(9_000_000)}`, /is larger than/],
    ["very deep", () => "[".repeat(1_000_000), /is not JSON/],
    ["twice", (text) => text + text, /is not JSON/],
    ["a list", () => "[]", /expected object/],
    ["null", () => "null", /expected object/],
    ["a number", () => "7", /expected object/],
    ["a text", () => '"run"', /expected object/],
    ["nothing in it", () => "{}", /schema/],
    ["all of it a prototype's", (text) => `{"__proto__":${text}}`, /schema/],
    ["a verdict", () => JSON.stringify({ schema: "aftershock/verdict@1", ok: true }), /schema/],
  ];
  test.each(texts)("%s", async (_, damage, place) => {
    const text = await readFile(join(folder, "run.json"), "utf8");
    await writeFile(join(folder, "run.json"), damage(text));
    expect(await refusal()).toMatch(place);
  });

  const ids = ["", ".", "..", "../../etc", "/etc/passwd", "a/b", "a\\b", "a\0b", "a\n", "a b"];
  const badIds = [...ids, "A", "ａ", "__proto__", "-a", "a".repeat(101), long, 7, null, [], {}];
  const fields: readonly (readonly [string, readonly unknown[]])[] = [
    ["schema", ["aftershock/run@2", "", null, 1]],
    ["id", ["", "..", "../x", "/x", "a/b", "a\0b", "a\u001b[2J", "a".repeat(101), 7, null]],
    ["status", ["done", "", null, true, ["complete"]]],
    ["startedAt", ["", "yesterday", 7, null, "2026-13-41T00:00:00.000Z"]],
    ["durationMs", ["1", -1, null, {}]],
    ["engine", [null, [], {}, "embedded"]],
    ["engine.kind", ["mine", null]],
    ["engine.version", [7, null, "a".repeat(1001)]],
    ["engine.cgroup", [3, "1", null]],
    ["engine.cpus", ["2", -1, null]],
    ["plan", [null, {}, "all", 7]],
    ["plan.1", [null, "boto-close.broken.1", [], {}, 7]],
    ["plan.1.scenario", badIds],
    ["plan.1.arm", badIds],
    ["plan.1.role", ["admin", "", null]],
    ["plan.1.repeat", [0, -1, 1.5, "1", 1e9, null]],
    ["leftovers", [null, "x", {}, [7], [null], ["a".repeat(1001)]]],
  ];
  const cases = fields.flatMap(([path, values]) =>
    values.map((value) => [path, JSON.stringify(value).slice(0, 40), value] as const),
  );
  test.each(cases)("%s: %s", async (path, _, value) => {
    await writeFile(join(folder, "run.json"), JSON.stringify(changed(sound.run, path, value)));
    expect(await refusal()).toMatch(new RegExp(`: ${path.split(".", 1)[0]}`));
  });

  test("a number that JSON can write and no run can mean", async () => {
    const text = JSON.stringify(sound.run).replace(/"durationMs":\d+/, '"durationMs":1e999');
    await writeFile(join(folder, "run.json"), text);
    expect(await refusal()).toMatch(/durationMs/);
  });

  test("the same arm planned twice", async () => {
    const run = { ...sound.run, plan: [sound.broken, sound.fixed, sound.broken] };
    await writeFile(join(folder, "run.json"), JSON.stringify(run));
    expect(await refusal()).toMatch(/plan: names an arm twice/);
  });

  test("a plan without end", async () => {
    const plan = Array.from({ length: 10_001 }, (_, i) => ({ ...sound.broken, repeat: i + 1 }));
    await writeFile(join(folder, "run.json"), JSON.stringify({ ...sound.run, plan }));
    expect(await refusal()).toMatch(/plan/);
  });

  const instead: readonly (readonly [string, (path: string) => unknown, RegExp])[] = [
    ["nothing", () => {}, /holds no run: run\.json is missing/],
    ["a folder", (path) => mkdir(path), /is no ordinary file/],
    ["a fifo", (path) => execFileSync("mkfifo", [path]), /is no ordinary file/],
    ["a link to another run's", (path) => symlink("../victim/run.json", path), /is a link/],
    ["a link to a device", (path) => symlink("/dev/zero", path), /is a link/],
    ["a link to itself", (path) => symlink("run.json", path), /is a link/],
  ];
  test.each(instead)("%s in its place", async (_, put, place) => {
    await rm(join(folder, "run.json"));
    await put(join(folder, "run.json"));
    expect(await refusal()).toMatch(place);
  });

  test("no folder at all, and a file instead of one", async () => {
    await rm(folder, { recursive: true });
    expect(await refusal()).toMatch(/holds no run/);
    await writeFile(folder, "");
    expect(await refusal()).toMatch(/holds no run/);
  });
});

describe("a record: its own arm is inconclusive, with place and reason, and no other", () => {
  type Damage = (path: string, lines: readonly string[]) => unknown;
  const line = (index: number, change: (line: string) => string): Damage => {
    return (path, lines) => {
      const at = index < 0 ? lines.length + index : index;
      return save(path, lines.with(at, change(lines[at]!)));
    };
  };
  const key = (index: number, name: string, value: unknown) =>
    line(index, (text) => JSON.stringify({ ...JSON.parse(text), [name]: value }));
  const damages: readonly (readonly [string, Damage, RegExp])[] = [
    ["missing", (path) => rm(path), /record\/\S+\.ndjson is missing/],
    ["empty", (path) => truncate(path), /:1: the first line/],
    ["cut in its first line", (path) => truncate(path, 40), /:1: the first line/],
    ["cut later", (path) => truncate(path, 5000), /cut off/],
    ["without its last line", (path, lines) => save(path, lines.slice(0, -1)), /cut off/],
    ["without its first line", (path, lines) => save(path, lines.slice(1)), /:1: the first line/],
    ["binary", (path) => writeFile(path, new Uint8Array(5000).fill(10)), /:1: not JSON/],
    ["with zeros after a crash", line(4, () => "\0".repeat(4096)), /:5: not JSON/],
    ["with a line that is no JSON", line(7, () => "{]"), /:8: not JSON/],
    ["with an empty line", line(7, () => ""), /:8: not JSON/],
    ["with a list", line(7, () => "[]"), /:8: not an object/],
    ["with null", line(7, () => "null"), /:8: not an object/],
    ["with a row of no type", line(7, () => "{}"), /:8: unknown row type/],
    ["with a type of Object's own", line(7, () => '{"type":"constructor"}'), /:8: /],
    ["with a type that is none", line(7, () => '{"type":"verdict","ok":true}'), /:8: unknown/],
    ["with a time of words", key(7, "t", "soon"), /:8: t cannot be/],
    ["with a time before all", key(7, "t", -1), /:8: t cannot be/],
    [
      "with a count of words",
      line(7, () => '{"type":"load","t":1,"name":"x","count":"many"}'),
      /:8: count/,
    ],
    ["with another outcome", key(-1, "outcome", "fixed"), /outcome cannot be/],
    ["of another version", key(0, "schema", "aftershock/record@9"), /:1: schema cannot be/],
    [
      "of another scenario",
      key(0, "scenario", "boto-close"),
      /is not the planned record: its scenario is "boto-close"/,
    ],
    ["of another arm", key(0, "arm", "broken"), /is not the planned record: its arm is "broken"/],
    [
      "of an arm that is none",
      key(0, "arm", "__proto__"),
      /is not the planned record: its arm is "__proto__"/,
    ],
    [
      "of another role",
      key(0, "role", "control"),
      /is not the planned record: its role is "control"/,
    ],
    ["of another repeat", key(0, "repeat", 2), /is not the planned record: its repeat is 2/],
    ["a folder", async (path) => (await rm(path), await mkdir(path)), /is no ordinary file/],
    ["a fifo", async (path) => (await rm(path), execFileSync("mkfifo", [path])), /is no ordinary/],
    ["a link out of the folder", (path) => link(path, join(root, "victim/record")), /is a link/],
    ["a link to a device", (path) => link(path, "/dev/zero"), /is a link/],
    ["a link to nowhere", (path) => link(path, "nowhere"), /is a link/],
    ["a link to itself", (path) => link(path, path), /is a link/],
    ["packed, and no zstd", (path) => rename(path, `${path}.zst`), /\.zst: not packed by zstd/],
    [
      "packed, and cut",
      (path, lines) => packInstead(path, lines, 300),
      /\.zst: not packed by zstd/,
    ],
    ["packed, and empty", (path, lines) => packInstead(path, lines, 0), /\.zst/],
  ];
  test.each(damages)("%s", async (_, damage, reason) => {
    const path = join(folder, recordName(sound.fixed));
    await damage(path, sound.text.trimEnd().split("\n"));
    const { broken, fixed } = await judgedArms(2);
    expect(fixed).toMatchObject({ verdict: "inconclusive", ok: false });
    expect(fixed.reason).toMatch(reason);
    expect(fixed.reason).not.toContain(folder);
    expect(fixed.reason!.split("\n")).toHaveLength(1);
    expect(broken).toEqual(arms(asEver).broken);
  });

  test("another's record in its place is not judged twice", async () => {
    await rm(join(folder, recordName(sound.fixed)));
    const others = join(folder, `${recordName(sound.broken)}.zst`);
    await cp(others, join(folder, `${recordName(sound.fixed)}.zst`));
    const { broken, fixed } = await judgedArms(2);
    expect(fixed).toMatchObject({ verdict: "inconclusive", ok: false });
    expect(fixed.reason).toMatch(/is not the planned record: its arm is "broken"/);
    expect(broken).toEqual(arms(asEver).broken);
  });

  test.each(["a link", "a file", "nothing"])("%s instead of their folder", async (what) => {
    await rename(join(folder, "record"), join(root, `moved-${copies}`));
    if (what === "a link") await symlink(join(root, `moved-${copies}`), join(folder, "record"));
    if (what === "a file") await writeFile(join(folder, "record"), "");
    const { broken, fixed } = await judgedArms(2);
    for (const arm of [broken, fixed]) {
      expect(arm).toMatchObject({ verdict: "inconclusive", ok: false });
      expect(arm.reason).toMatch(/record (is a link|is no folder|is missing)/);
    }
  });

  test("records that nobody planned count for nothing", async () => {
    await cp(
      join(folder, recordName(sound.fixed)),
      join(folder, "record/boto-close.broken.1.ndjson"),
    );
    await symlink("/etc", join(folder, "record/etc"));
    expect(await judged(folder)).toEqual(asEver);
  });
});

describe("a run that was not finished", () => {
  const status = (word: string) =>
    writeFile(join(folder, "run.json"), JSON.stringify({ ...sound.run, status: word }));

  test("is not as claimed, and says so, though each arm is", async () => {
    await status("running");
    const { exitCode, stdout } = await verb("recheck", folder);
    expect(stdout).toMatch(/The run never ended/);
    expect(exitCode).toBe(2);
    expect((await judged(folder)).scenarios).toEqual(asEver.scenarios);
  });

  test.each(["running", "interrupted"])("%s: arms without a record had not begun", async (word) => {
    await status(word);
    await rm(join(folder, recordName(sound.fixed)));
    const { fixed } = await judgedArms(2);
    expect(fixed).toMatchObject({ verdict: "inconclusive", interrupted: true });
  });
});

describe("whatever is changed at random", () => {
  test("in run.json: it is refused, or judged", { timeout: 120_000 }, async () => {
    const places = pathsOf(sound.run);
    const change = fc.tuple(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }));
    await fc.assert(
      fc.asyncProperty(change, async ([path, value]) => {
        await writeFile(join(folder, "run.json"), JSON.stringify(changed(sound.run, path, value)));
        expect([0, 2, 64, 65, 75]).toContain(await quietly("recheck", folder));
      }),
      { numRuns: 150 },
    );
  });

  test(
    "in the bytes of a record: it is judged, or inconclusive",
    { timeout: 120_000 },
    async () => {
      const path = join(folder, recordName(sound.fixed));
      const bytes = Buffer.from(sound.text);
      const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), {
        minLength: 1,
        maxLength: 4,
      });
      await fc.assert(
        fc.asyncProperty(flips, async (all) => {
          const damaged = Buffer.from(bytes);
          for (const [at, byte] of all) damaged[at] = byte;
          await writeFile(path, damaged);
          // A number in a row that is still one may well be judged.
          expect([0, 1, 2]).toContain(await quietly("recheck", folder));
        }),
        { numRuns: 60 },
      );
    },
  );

  test(
    "in the bytes of a packed record: it is judged, or inconclusive",
    { timeout: 120_000 },
    async () => {
      const path = join(folder, `${recordName(sound.broken)}.zst`);
      const bytes = readFileSync(path);
      const flip = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
      await fc.assert(
        fc.asyncProperty(flip, async ([at, byte]) => {
          await writeFile(path, bytes.with(at, byte));
          expect([0, 1, 2]).toContain(await quietly("recheck", folder));
        }),
        { numRuns: 60 },
      );
    },
  );
});

/** The sentence by which both verbs refuse the folder: 65, a hint below it, and nothing is written. */
async function refusal(): Promise<string> {
  const before = await readdir(root);
  let said = "";
  for (const name of ["recheck", "report"]) {
    const { exitCode, stdout, stderr } = await verb(name, folder);
    const [sentence, ...hint] = stderr.trimEnd().split("\n");
    said = sentence!;
    expect(said.length).toBeLessThan(400);
    expect(hint).toHaveLength(1);
    expect(exitCode).toBe(65);
    expect(stdout).toBe("");
  }
  expect(await readdir(root)).toEqual(before);
  return said;
}

/** Judges the folder, and reports on it: the reports lie in it, and nothing else is touched. */
async function judgedArms(code: number) {
  const verdict = await judged(folder, code);
  const victim = await Promise.all(["record", "run.json"].map((name) => stat(name)));
  expect(await quietly("report", folder)).toBe(0);
  expect(JSON.parse(await readFile(join(folder, "verdict.json"), "utf8"))).toEqual(verdict);
  expect(await Promise.all(["record", "run.json"].map((name) => stat(name)))).toEqual(victim);
  return arms(verdict);
}

const stat = (name: string) => readFile(join(root, "victim", name), "utf8");

async function judged(where: string, code?: number): Promise<Verdict> {
  const { exitCode, stdout, stderr } = await verb("recheck", where, "--json");
  expect(stderr).toBe("");
  if (code !== undefined) expect(exitCode).toBe(code);
  return JSON.parse(stdout) as Verdict;
}

/** The exit code of a verb that told no stack trace. */
async function quietly(...args: readonly string[]): Promise<number> {
  const { exitCode, stdout, stderr } = await verb(...args);
  // JSON's own words end with "at position 12", and a line may be wrapped before them.
  expect(stdout + stderr).not.toMatch(/\n\s+at (?!position \d)|internal error/);
  return exitCode;
}

function arms({ scenarios }: Verdict): { broken: ArmVerdict; fixed: ArmVerdict } {
  const all = scenarios.flatMap((scenario) => scenario.arms);
  return {
    broken: all.find(({ role }) => role === "broken")!,
    fixed: all.find(({ role }) => role === "fixed")!,
  };
}

const save = (path: string, lines: readonly string[]) => writeFile(path, `${lines.join("\n")}\n`);
const link = async (path: string, to: string) => (await rm(path), await symlink(to, path));

async function packInstead(path: string, lines: readonly string[], bytes: number): Promise<void> {
  await rm(path);
  await appendFile(`${path}.zst`, zstdCompressSync(lines.join("\n")).subarray(0, bytes));
}

/** A copy of plain data in which one path has another value. */
function changed(data: unknown, path: string, value: unknown): unknown {
  const copied = structuredClone(data) as Record<string, unknown>;
  const keys = path.split(".");
  const last = keys.pop()!;
  const holder = keys.reduce((at, name) => at[name] as Record<string, unknown>, copied);
  holder[last] = value;
  return copied;
}

/** Every path into plain data, "plan.0.arm" among them. */
function pathsOf(data: unknown, path = ""): readonly string[] {
  if (typeof data !== "object" || data === null) return [path];
  const below = Object.entries(data).flatMap(([name, value]) =>
    pathsOf(value, path === "" ? name : `${path}.${name}`),
  );
  return path === "" ? below : [path, ...below];
}
