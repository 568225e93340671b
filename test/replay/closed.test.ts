import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Verdict } from "../../harness/judge/verdict-types.ts";
import type { HeadRow } from "../../harness/record/schema.ts";
import { main } from "../process/command.ts";

/** Each of them once turned an arm into another one, or kept it from coming up, without a word. */
const shell = {
  NAMES: "lower",
  HASH_TYPE: "consistent",
  COMPOSE_FILE: "/nope.yml",
  COMPOSE_PROFILES: "other",
  COMPOSE_PROJECT_NAME: "other",
  DOCKER_BUILDKIT: "0",
  DOCKER_DEFAULT_PLATFORM: "linux/s390x",
};

test("what the caller's shell exports changes no arm, and the record says what was in force", async () => {
  const out = await mkdtemp(join(tmpdir(), "closed-"));
  try {
    const args = ["run", "mixed-case-routing", "--arm", "broken", "--out", out, "--json"];
    const { stdout, exitCode } = await main(args, { env: shell, timeout: 200_000 });
    const verdict = JSON.parse(stdout) as Verdict;
    expect(verdict.scenarios[0]?.arms[0]).toMatchObject({ verdict: "reproduced", notes: [] });
    expect(exitCode).toBe(0);

    const record = join(out, "latest/record/mixed-case-routing.broken.1.ndjson");
    const head = JSON.parse((await readFile(record, "utf8")).split("\n")[0]!) as HeadRow;
    expect(head.env).toEqual({ ARM: "broken" });
    expect(head.provenance).toMatchObject({ arguments: args });
    for (const id of Object.values(head.provenance!.images)) expect(id).toMatch(/^sha256:/);
    expect(Object.keys(head.provenance!.images)).toContain("balancer");
  } finally {
    await rm(out, { recursive: true });
  }
}, 240_000);
