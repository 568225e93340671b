import { expect, test } from "vitest";
import { soonestProofFirst } from "../../../harness/replay/soonest-proof.ts";

const job = (name: string, seconds: number, pair = true) => ({
  name,
  scenario: name.split("/")[0]!,
  seconds,
  pair,
});
const names = (jobs: readonly { readonly name: string }[]) => jobs.map(({ name }) => name);

test("the pair that is over first comes first, all else stays in its order", () => {
  const jobs = [
    job("long/broken", 70),
    job("long/fix", 60),
    job("short/broken", 40),
    job("mixed/broken", 20),
    job("short/fix", 30),
    job("mixed/fix", 90),
    job("mixed/control", 5, false),
  ];
  expect(names(soonestProofFirst(jobs))).toEqual([
    "short/broken",
    "short/fix",
    "long/broken",
    "long/fix",
    "mixed/broken",
    "mixed/fix",
    "mixed/control",
  ]);
});

test("without pairs the order stays as it is", () => {
  const jobs = [job("a/control", 9, false), job("b/control", 1, false)];
  expect(soonestProofFirst(jobs)).toEqual(jobs);
  expect(soonestProofFirst([])).toEqual([]);
});
