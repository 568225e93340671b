import { execa } from "execa";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Job } from "kubernetes-models/batch/v1";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";

const root = resolve(import.meta.dirname, "../../..");
let page: string;
let folder: string;
beforeAll(async () => {
  page = await readFile(join(root, "docs/machines.md"), "utf8");
});
beforeEach(async () => {
  folder = await mkdtemp(join(import.meta.dirname, ".tmp-")); // where packages are found
});
afterEach(() => rm(folder, { recursive: true }));

const block = (kind: string) => new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, "gms");
const blocks = (kind: string) => [...page.matchAll(block(kind))].map(([, text]) => text!);

describe("the Kubernetes job", () => {
  /** By the API's own schema: its values, and the names of its fields, which the schema leaves open. */
  async function problemsOf(text: string): Promise<string> {
    const job = parse(text) as ConstructorParameters<typeof Job>[0];
    try {
      new Job(job).validate();
    } catch (error) {
      return (error as Error).message;
    }
    const source = `import type { IJob } from "kubernetes-models/batch/v1";\nexport const job: IJob = ${JSON.stringify(job)};\n`;
    await writeFile(join(folder, "job.ts"), source);
    const options = ["--noEmit", "--skipLibCheck", "--strict", "--module", "nodenext"];
    const here = { cwd: folder, preferLocal: true, localDir: root, reject: false };
    const { stdout } = await execa("tsc", [...options, "--ignoreConfig", "job.ts"], here);
    return stdout;
  }

  test("is one by the API's schema", { timeout: 60_000 }, async () => {
    expect(await problemsOf(blocks("yaml")[0]!)).toBe("");
  });

  test.each([
    ["completions: 4", "completions: four"],
    ["action: FailIndex", "action: FailAll"],
    ["restartPolicy: Never", "restartPolicy: Sometimes"],
    ["completionMode:", "completionsMode:"],
    ["containerName:", "container:"],
  ])("%s -> %s is told", { timeout: 60_000 }, async (right, wrong) => {
    expect(await problemsOf(blocks("yaml")[0]!.replace(right, wrong))).not.toBe("");
  });

  test("tries again what a broken machine failed at, and nothing else", () => {
    const { spec } = parse(blocks("yaml")[0]!) as {
      spec: { podFailurePolicy: { rules: unknown[] } };
    };
    expect(spec.podFailurePolicy.rules).toEqual([
      {
        action: "FailIndex",
        onExitCodes: { containerName: "lab", operator: "In", values: [1, 2, 64, 65] },
      },
    ]);
  });
});

test("each slot of a Swarm job plays a shard of its own, also the one that is told as a node", async () => {
  const service = blocks("sh").find((text) => text.includes("service create"))!;
  const script = /-c '\n(.*?)'\n/s.exec(service)![1]!.replace("node /lab", "echo /lab");
  const shardOf = async (slot: string) => {
    const { stdout } = await execa("sh", ["-c", script], { env: { SLOT: slot } });
    return /--shard (\S+)/.exec(stdout)![1];
  };
  const slots = ["w3q0z8k1x5n2v9b7m4c6l0p2s", "1", "2", "3"];
  expect(await Promise.all(slots.map(shardOf))).toEqual(["1/4", "2/4", "3/4", "4/4"]);
});
