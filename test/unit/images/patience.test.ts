import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { patiently, patienceOf, telling } from "../../../harness/images/patience.ts";
import { silent } from "../../../harness/progress.ts";

const never = () => new Promise<never>(() => undefined);

test("work that is silent is given up, also if it heeds no signal", async () => {
  const work = patiently("pull of x", never, { silentMs: 20, allMs: 60_000 });
  await expect(work).rejects.toMatchObject({
    code: "TOOK_TOO_LONG",
    exitCode: 69,
    message: "pull of x: nothing was heard for 0.02 s; given up.",
  });
});

test("signs of life keep it, until all the time is up", async () => {
  const work = patiently(
    "build of x",
    async (signal, alive) => {
      for (;;) {
        alive();
        await sleep(5, undefined, { signal });
      }
    },
    { silentMs: 1_000, allMs: 100 },
  );
  await expect(work).rejects.toThrow("build of x: it did not end for 0.1 s");
});

test("the caller's end is told as the caller's", async () => {
  const end = new AbortController();
  const work = patiently("x", never, { silentMs: 60_000, allMs: 60_000 }, end.signal);
  end.abort(new Error("enough"));
  await expect(work).rejects.toThrow("enough");
});

test("what is going on is told again and again, and no more when it has ended", async () => {
  const notes: string[] = [];
  const told = Promise.withResolvers<void>();
  const note = (line: string) => {
    notes.push(line);
    if (notes.length === 3) told.resolve();
  };
  {
    using _telling = telling({ ...silent, note }, () => "building x", 5);
    await told.promise;
  }
  const { length } = notes;
  await sleep(30);
  expect(notes).toHaveLength(length);
  expect(notes[0]).toMatch(/^building x, for \d+ s now$/);
});

test("AFTERSHOCK_SETUP_MINUTES allows more, or less", () => {
  expect(patienceOf({})).toMatchObject({ silentMs: 300_000, allMs: 1_200_000, tellMs: 10_000 });
  expect(patienceOf({ AFTERSHOCK_SETUP_MINUTES: "60" }).silentMs).toBe(900_000);
  expect(patienceOf({ AFTERSHOCK_SETUP_MINUTES: "soon" }).allMs).toBe(1_200_000);
});
