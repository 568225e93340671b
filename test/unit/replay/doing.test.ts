import { expect, test } from "vitest";
import { createDoing, settledWithin, whileNot } from "../../../harness/replay/doing.ts";

const never = new Promise<never>(() => {});

test("what is waited for is the latest that has not ended", async () => {
  const doing = createDoing();
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const waits = [
    doing.during("the first", first.promise),
    doing.during("the second", second.promise),
  ];
  expect(doing.now()).toBe("the second");
  second.reject(new Error("no"));
  await expect(waits[1]).rejects.toThrow("no");
  expect(doing.now()).toBe("the first");
  first.resolve();
  await waits[0];
  expect(doing.now()).toBeUndefined();
});

test("work that never ends is left at the abort, with its reason", async () => {
  const stop = new AbortController();
  const waiting = whileNot(stop.signal, never, 10);
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  await expect(whileNot(stop.signal, never, 10)).rejects.toThrow("enough");
});

test("work that heeds the abort is waited for", async () => {
  const stop = new AbortController();
  let tidied = false;
  const work = async () => {
    await new Promise((abort) => stop.signal.addEventListener("abort", abort));
    await new Promise((later) => setTimeout(later, 20));
    tidied = true;
  };
  const waiting = whileNot(stop.signal, work(), 60_000);
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  expect(tidied).toBe(true);
});

test("work that fails by itself is not waited for any longer", async () => {
  const { signal } = new AbortController();
  await expect(whileNot(signal, Promise.reject(new Error("ill")), 60_000)).rejects.toThrow("ill");
  expect(await whileNot(signal, Promise.resolve(1), 0)).toBe(1);
});

test("nothing is waited for beyond its time", () =>
  expect(settledWithin(5, never)).resolves.toBeUndefined());
