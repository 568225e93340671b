import { afterEach, expect, test, vi } from "vitest";
import { quietProgress } from "../../../harness/drill/quiet-progress.ts";

afterEach(() => void vi.restoreAllMocks());

test("a step is told by its kind, and never by the name of what it is of", async () => {
  const said: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
  const { step } = quietProgress;
  await step("building the-incident:broken", async () => {}, "building the system's images");
  await expect(step("the-incident", () => Promise.reject(new Error("no room")))).rejects.toThrow(
    "no room",
  );
  expect(said).toEqual([
    expect.stringMatching(/^set-up: building the system's images: done, \d+\.\d s\n$/),
    expect.stringMatching(/^set-up: setting up: failed, \d+\.\d s\n$/),
  ]);
});
