import { describe, expect, test } from "vitest";
import { GiB } from "../../../harness/judge/units.ts";
import { capacityOf, onSlower, shortOfMemory } from "../../../harness/replay/capacity.ts";
import { engine } from "../../support/rows.ts";

const facts = { ...engine, cpus: 4 };
const remote = { facts, local: false };
const job = (memory: number) => ({
  scenario: "boto-close",
  arm: "broken",
  memory,
});

test("a remote engine gives what it has, less a reserve", () => {
  expect(capacityOf(remote)).toEqual({
    memory: 7.25 * GiB,
    cpus: 3.6,
    jobs: 24,
    starting: 2,
  });
});

test("--jobs bounds what runs at once", () => {
  expect(capacityOf(remote, 3).jobs).toBe(3);
});

test("on a processor of half the speed an arm takes two of them", () => {
  const usual = capacityOf(remote);
  expect(onSlower(usual, 2)).toEqual({ ...usual, cpus: 1.8 });
});

describe("memory that is short", () => {
  test("refuses the arms that need more, each with what it needs and what there is", () => {
    const capacity = capacityOf(remote);
    expect(shortOfMemory(capacity, job(GiB))).toBeUndefined();
    expect(shortOfMemory(capacity, job(9 * GiB))).toMatchObject({
      code: "MEMORY_SHORT",
      exitCode: 69,
      message: "boto-close, arm broken, needs 9.0 GiB and the machine has 7.3 GiB to give.",
    });
  });

  test("of a local engine it is what is free now, whatever the machine holds", () => {
    const huge = { facts: { ...facts, memoryBytes: 4096 * GiB }, local: true };
    expect(shortOfMemory(capacityOf(huge), job(4000 * GiB))).toBeDefined();
  });
});
