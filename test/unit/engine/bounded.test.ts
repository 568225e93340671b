import { expect, it, vi } from "vitest";
import { bounded } from "../../../harness/engine/bounded.ts";

const never = (): Promise<never> => new Promise(() => undefined);

it("gives what the call gives, and leaves no timer behind", async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  expect(await bounded("Listing", 60_000, async () => 7)).toBe(7);
  await expect(
    bounded("Listing", 60_000, () => Promise.reject(new Error("no such container"))),
  ).rejects.toThrow("no such container");
  expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout")).toHaveLength(
    before,
  );
});

it("ends a call that never answers, with what was asked and for how long", async () => {
  await expect(bounded("Stopping web", 50, never)).rejects.toMatchObject({
    code: "ENGINE_SILENT",
    exitCode: 69,
    message: "Stopping web had no answer from the engine within 0.05 s.",
  });
});

it("tells the call itself that it is over", async () => {
  const heard = vi.fn<() => void>();
  const call = (signal: AbortSignal): Promise<never> => {
    signal.addEventListener("abort", heard);
    return never();
  };
  await expect(bounded("Stopping web", 20, call)).rejects.toThrow("no answer");
  expect(heard).toHaveBeenCalledOnce();
});

it("a call that fails because it was told so is still the engine's silence", async () => {
  const call = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("The operation was aborted")));
    });
  await expect(bounded("Stopping web", 20, call)).rejects.toMatchObject({ code: "ENGINE_SILENT" });
});

it("ends with the caller's own reason when the caller gives up first", async () => {
  const outer = new AbortController();
  const call = bounded("Stopping web", 60_000, never, outer.signal);
  outer.abort(new Error("interrupted"));
  await expect(call).rejects.toThrow("interrupted");
  await expect(bounded("Stopping web", 60_000, never, outer.signal)).rejects.toThrow("interrupted");
});
