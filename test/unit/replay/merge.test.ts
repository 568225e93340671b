import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { HeadRow } from "../../../harness/record/schema.ts";
import { judgeFolder } from "../../../harness/replay/judge-folder.ts";
import { mergeRuns } from "../../../harness/replay/merge.ts";
import { codeOf, type Code } from "../../../harness/replay/provenance.ts";
import { armFile, type PlannedArm, type RunFile } from "../../../harness/replay/run-file.ts";
import { labFolder } from "../../../harness/scenario/places.ts";
import { recordName } from "../../support/example-folder.ts";
import { verb } from "../../support/verb.ts";

const example = resolve(import.meta.dirname, "../../../docs/example-run");
const id = "eventlet-drift";
let root: string;
let whole: RunFile;
let code: Code;
/** One machine's run of four arms; and two that shared it, one with the pair. */
let alone: string;
let first: string;
let second: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "aftershock-merge-"));
  code = await codeOf(join(labFolder, id));
  whole = JSON.parse(await readFile(join(example, "run.json"), "utf8")) as RunFile;
});
afterAll(() => rm(root, { recursive: true }));

beforeEach(async () => {
  await rm(root, { recursive: true });
  const plan = whole.plan.filter(({ scenario }) => scenario === id);
  const pair = [
    plan.find(({ role }) => role === "broken")!,
    plan.find(({ role }) => role === "fixed")!,
  ];
  const others = plan.filter(({ role }) => role === "control").slice(0, 2);
  const all = plan.filter((arm) => [...pair, ...others].includes(arm));
  alone = await runOf("alone", all);
  const shard = (index: number) => ({ shard: { index, of: 2, whole: all } });
  first = await runOf("first", pair, { ...shard(1), durationMs: 5000 });
  second = await runOf("second", others, { ...shard(2), startedAt: "2026-01-01T00:00:00.000Z" });
});

/** A run's folder with these arms of the example run, as if today's code had played them. */
async function runOf(name: string, plan: readonly PlannedArm[], more: Partial<RunFile> = {}) {
  const folder = join(root, name);
  await mkdir(join(folder, "record"), { recursive: true });
  await writeFile(join(folder, "run.json"), JSON.stringify({ ...whole, id: name, plan, ...more }));
  for (const arm of plan) {
    const packed = await readFile(join(example, `${recordName(arm)}.zst`));
    await writeFile(join(folder, recordName(arm)), zstdDecompressSync(packed));
    await retold(folder, arm, (head) => ({
      ...head,
      provenance: { ...head.provenance!, ...code },
    }));
    await mkdir(join(folder, "logs", armFile(arm)), { recursive: true });
    await writeFile(join(folder, "logs", armFile(arm), "app.log"), `log of ${armFile(arm)}\n`);
  }
  return folder;
}

/** Changes the head of a record. */
async function retold(folder: string, arm: PlannedArm, change: (head: HeadRow) => HeadRow) {
  const file = join(folder, recordName(arm));
  const [head = "", ...rest] = (await readFile(file, "utf8")).split("\n");
  await writeFile(file, [JSON.stringify(change(JSON.parse(head) as HeadRow)), ...rest].join("\n"));
}

const planOf = async (folder: string) =>
  (JSON.parse(await readFile(join(folder, "run.json"), "utf8")) as RunFile).plan;

const merged = (...folders: readonly string[]) => mergeRuns(folders, { out: join(root, "out") });

test("the verdict is that of one machine, and can be had again from the folder", async () => {
  const one = (await judgeFolder(alone)).verdict;
  const { folder, verdict } = await merged(second, first);
  expect(verdict.scenarios).toEqual(one.scenarios);
  expect(verdict).toMatchObject({ startedAt: "2026-01-01T00:00:00.000Z" });
  expect((await judgeFolder(folder)).verdict).toEqual(verdict);
  expect(JSON.parse(await readFile(join(folder, "verdict.json"), "utf8"))).toEqual(verdict);
  expect(await readdir(folder)).toEqual(
    expect.arrayContaining(["report.html", "junit.xml", "summary.md", "run.json"]),
  );
});

test("records and logs are those of the parts", async () => {
  const { folder } = await merged(first, second);
  for (const part of [first, second])
    for (const arm of await planOf(part))
      for (const file of [recordName(arm), `logs/${armFile(arm)}/app.log`])
        expect(await readFile(join(folder, file), "utf8")).toBe(
          await readFile(join(part, file), "utf8"),
        );
});

test("of an arm that was played again the first time's record and logs come along", async () => {
  const [arm, other] = await planOf(second);
  const aside = join(second, "disturbed");
  await cp(join(second, "logs"), join(aside, "logs"), { recursive: true });
  await cp(join(second, "record"), join(aside, "record"), { recursive: true });
  const run = JSON.parse(await readFile(join(second, "run.json"), "utf8")) as RunFile;
  const plan = [{ ...arm, again: "the machine stood still" }, other];
  await writeFile(join(second, "run.json"), JSON.stringify({ ...run, plan }));
  const { folder, verdict } = await merged(first, second);
  const name = armFile(arm!);
  expect(await readdir(join(folder, "disturbed/record"))).toEqual([`${name}.ndjson`]);
  expect(await readdir(join(folder, "disturbed/logs"))).toEqual([name]);
  expect(await readdir(join(folder, "disturbed/logs", name))).toEqual(["app.log"]);
  const told = verdict.scenarios[0]!.arms.find((one) => one.name === arm!.arm);
  expect(told!.notes).toContainEqual(expect.stringContaining("the machine stood still"));
});

test("whole runs of different arms are merged, too, and a folder named twice is one", async () => {
  const [a, b] = await planOf(first);
  await symlink(await runOf("one", [a!]), join(root, "latest"));
  const folders = [join(root, "latest"), join(root, "one"), await runOf("other", [b!])];
  const { verdict } = await merged(...folders);
  expect(verdict.scenarios[0]!.arms.map(({ verdict }) => verdict)).toEqual(["reproduced", "fixed"]);
});

test("of an arm that was played on another machine the verdict says so", async () => {
  const [arm] = await planOf(second);
  await retold(second, arm!, (head) => ({ ...head, engine: { ...head.engine, version: "99.1" } }));
  const { verdict } = await merged(first, second);
  const notes = verdict.scenarios[0]!.arms.map(({ name, notes }) => [name, notes.join()]);
  expect(notes.filter(([, note]) => note?.includes("Engine 99.1"))).toMatchObject([[arm!.arm, {}]]);
});

describe("refused by name, and nothing is written:", () => {
  const refusal = async (...folders: readonly string[]) => {
    const out = join(root, "out");
    const { exitCode, stderr } = await verb("merge", ...folders, "--out", out);
    expect(exitCode).toBe(65);
    await expect(readdir(out)).rejects.toThrow("ENOENT");
    return stderr;
  };
  const edit = async (folder: string, more: Partial<RunFile>) => {
    const file = join(folder, "run.json");
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), ...more }));
  };

  test("a shard that is missing", async () => {
    const [a, b] = await planOf(second);
    expect(await refusal(first)).toContain(`Missing is shard 2/2: ${armFile(a!)}, ${armFile(b!)}.`);
  });
  test("an arm that its shard should have", async () => {
    const [a, b] = await planOf(second);
    await edit(second, { plan: [a!] });
    expect(await refusal(first, second)).toContain(`Missing: ${armFile(b!)}.`);
  });
  test("shards of different runs", async () => {
    const { shard } = JSON.parse(await readFile(join(second, "run.json"), "utf8")) as RunFile;
    await edit(second, { shard: { ...shard!, whole: await planOf(second) } });
    expect(await refusal(first, second)).toContain("are shards of different runs");
  });
  test("an arm that its whole has not", async () => {
    const [a, b] = await planOf(second);
    await edit(second, { plan: [a!, { ...b!, repeat: 7 }] });
    expect(await refusal(first, second)).toMatch(
      /second is no shard with eventlet-drift\.\S+\.7\./,
    );
  });
  test("what is there twice", async () => {
    await cp(first, join(root, "again"), { recursive: true });
    const told = await refusal(first, second, join(root, "again"));
    expect(told).toContain(`${first} and ${join(root, "again")} hold the same: `);
    expect(told).toContain(armFile((await planOf(first))[0]!));
  });
  test.each(["running", "interrupted"] as const)("a run that is %s", async (status) => {
    await edit(second, { status });
    expect(await refusal(first, second)).toMatch(
      /second (did not come to its end|was interrupted)/,
    );
  });
  test("a record that is gone, or another's", async () => {
    const [a, b] = await planOf(second);
    await rm(join(second, recordName(a!)));
    expect(await refusal(first, second)).toContain(`${recordName(a!)} is missing.`);
    await cp(join(second, recordName(b!)), join(second, recordName(a!)));
    expect(await refusal(first, second)).toContain("is not the planned record: its arm is");
    await writeFile(join(second, recordName(a!)), "no record\n");
    expect(await refusal(first, second)).toContain(`${recordName(a!)} can't be read`);
  });
  test.each([
    ["another version", { version: "0.0.1" }, /second: .*version 0\.0\.1 ran/],
    ["another scenario", { scenario: "f".repeat(64) }, /second: .*folder has changed/],
    [
      "another commit",
      { commit: "0123456789abcdef" },
      /The commit is \w+ in .*first, and 0123456789ab/,
    ],
  ])("%s", async (_, other, sentence) => {
    const [arm] = await planOf(second);
    await retold(second, arm!, (head) => ({
      ...head,
      provenance: { ...head.provenance!, ...other },
    }));
    expect(await refusal(first, second)).toMatch(sentence);
  });
  test("another configuration of one arm", async () => {
    const [arm] = await planOf(second);
    const again = { ...arm!, repeat: 2 };
    const third = await runOf("third", []);
    await edit(third, { plan: [again] });
    await cp(join(second, recordName(arm!)), join(third, recordName(again)));
    await retold(third, again, (head) => ({
      ...head,
      repeat: 2,
      provenance: { ...head.provenance!, configuration: "f".repeat(64) },
    }));
    expect(await refusal(first, second, third)).toContain(
      `The configuration of ${id}.${arm!.arm} is`,
    );
  });
  test("a record that does not say what code ran", async () => {
    const [arm] = await planOf(second);
    await retold(second, arm!, (head) => {
      const { provenance, ...rest } = head;
      return provenance ? rest : head;
    });
    expect(await refusal(first, second)).toContain("does not say what code ran");
  });
  test("a folder that holds no run", async () => {
    expect(await refusal(first, join(root, "nowhere"))).toContain("holds no run");
  });
});

test("links in a stranger's folder lead nowhere", async () => {
  const [arm] = await planOf(second);
  const log = join(second, "logs", armFile(arm!), "app.log");
  await rm(log);
  await symlink("/etc/passwd", log);
  const { folder } = await merged(first, second);
  expect(await readdir(join(folder, "logs", armFile(arm!)))).toEqual([]);
});

test("without a folder it is a slip", async () => {
  expect((await verb("merge")).exitCode).toBe(64);
});
