import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimSession, keeperOf } from "../../../harness/drill/claim.ts";
import { ownerLabel, thisOwner } from "../../../harness/lifecycle/labels.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claim-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("one process keeps a session, until it lets go of it", async () => {
  const claim = await claimSession(folder);
  expect((await keeperOf(folder))?.pid).toBe(process.pid);
  expect(await claimSession(folder)).toBeUndefined();
  await claim![Symbol.asyncDispose]();
  expect(await keeperOf(folder)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test("the claim of one that was killed counts no more", async () => {
  const dead = { ...thisOwner(), pid: 2 ** 22 - 1, started: "1" };
  writeFileSync(join(folder, "keeper"), `${ownerLabel(dead)}\n`);
  expect(await keeperOf(folder)).toBeUndefined();
  await using claim = await claimSession(folder);
  expect((await keeperOf(folder))?.pid).toBe(process.pid);
  expect(claim).toBeDefined();
});

test("of many that ask at once, one gets it", async () => {
  const claims = await Promise.all(Array.from({ length: 20 }, () => claimSession(folder)));
  expect(claims.filter(Boolean)).toHaveLength(1);
});
