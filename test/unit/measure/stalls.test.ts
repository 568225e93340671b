import { afterEach, expect, test } from "vitest";
import { steady } from "../../../harness/measure/clock.ts";
import { watchStalls } from "../../../harness/measure/stalls.ts";
import { until } from "../../support/until.ts";

interface Told {
  readonly what: string;
  readonly from: number;
  readonly until: number;
}
let stalls: { stop(): void } | undefined;
afterEach(() => stalls?.stop());

/** Watches an engine that answers a ping as `ping` does. */
function watch(ping: (options: { abortSignal: AbortSignal }) => Promise<unknown>): Told[] {
  const told: Told[] = [];
  stalls = watchStalls({ ping } as unknown as Parameters<typeof watchStalls>[0], (what, from, to) =>
    told.push({ what, from, until: to }),
  );
  return told;
}

test("this process stands still for more than a second: that is told, from when it was due", async () => {
  const told = watch(async () => "OK");
  const from = steady();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1600);
  const to = steady();
  const stall = await until("the stall", () => told[0]);
  expect(stall).toMatchObject({ what: "lab" });
  expect(stall.from).toBeLessThanOrEqual(from + 251);
  expect(stall.until).toBeGreaterThanOrEqual(to);
});

test("an engine that answers after three seconds stood still until then; it is asked once", async () => {
  let asked = 0;
  let meanwhile = 0;
  let began = 0;
  const told = watch(async () => {
    asked++;
    if (asked === 1) began = steady();
    if (asked > 1) return;
    await new Promise((done) => setTimeout(done, 3000));
    meanwhile = asked;
  });
  const stall = await until("the stall", () => told[0]);
  expect(meanwhile).toBe(1);
  expect(stall).toMatchObject({ what: "engine" });
  expect(stall.until - stall.from).toBeGreaterThan(2990);
  expect(Math.abs(stall.from - began)).toBeLessThan(100);
});

test("one that never answers is told at the end, and nobody waits for it any more", async () => {
  let given: AbortSignal | undefined;
  const told = watch(({ abortSignal }) => {
    given = abortSignal;
    return new Promise((_, reject) =>
      abortSignal.addEventListener("abort", () => reject(new Error("over"))),
    );
  });
  await until("a question", () => given);
  const from = steady();
  await until("two seconds without an answer", () => steady() - from > 2100);
  stalls!.stop();
  expect(given!.aborted).toBe(true);
  expect(told.map(({ what }) => what)).toEqual(["engine"]);
});

test("one that refuses at once does not stand still", async () => {
  let asked = 0;
  const told = watch(() => {
    asked++;
    return Promise.reject(new Error("gone"));
  });
  await until("two questions", () => asked >= 2);
  stalls!.stop();
  expect(told).toEqual([]);
});
