import { expect, test } from "vitest";
import { guarded } from "../../../harness/report/guarded.ts";
import type { Reporter } from "../../../harness/report/reporter.ts";

const run = { scenario: "s", arm: "a", role: "broken", repeat: 1 } as const;

test("a reporter is told everything, as itself", () => {
  class Counting implements Reporter {
    told: string[] = [];
    phase(_: unknown, name: string) {
      this.told.push(name);
    }
  }
  const counting = new Counting();
  const notes: string[] = [];
  const safe = guarded(counting, (line) => notes.push(line));
  safe.phase(run, "one");
  safe.armStarted(run); // it does not listen to this
  safe.phase(run, "two");
  expect(counting.told).toEqual(["one", "two"]);
  expect(notes).toEqual([]);
});

test.each<[string, Reporter]>([
  [
    "throws",
    {
      armStarted: () => {
        throw new Error("ill");
      },
    },
  ],
  [
    "throws what is no error",
    {
      armStarted: () => {
        throw null;
      },
    },
  ],
  [
    "promises in vain",
    {
      armStarted: () => Promise.reject(new Error("ill")) as never,
    },
  ],
])("one that %s is told no more, and that once", async (_, failing) => {
  const notes: string[] = [];
  let phases = 0;
  const safe = guarded({ ...failing, phase: () => void phases++ }, (line) => notes.push(line));
  safe.armStarted(run);
  await Promise.resolve();
  safe.armStarted(run);
  safe.phase(run, "later");
  expect(notes).toHaveLength(1);
  expect(phases).toBe(0);
});
