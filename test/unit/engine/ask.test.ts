import { expect, test } from "vitest";
import { ask, statusOf } from "../../../harness/engine/ask.ts";
import { oddEngine } from "../../support/odd-engine.ts";

test("an engine that never answers is told so, with what it was asked", async () => {
  using engine = await oddEngine(() => "silence");
  const asking = ask(
    "Listing containers",
    (abortSignal) => engine.docker.listContainers({ abortSignal }),
    {
      withinMs: 50,
    },
  );
  await expect(asking).rejects.toMatchObject({
    code: "ENGINE_SILENT",
    exitCode: 69,
    message: expect.stringContaining("Listing containers"),
  });
});

test("whoever waits for it can be told to stop", async () => {
  using engine = await oddEngine(() => "silence");
  const stop = new AbortController();
  const asking = ask("Listing", (abortSignal) => engine.docker.listContainers({ abortSignal }), {
    signal: stop.signal,
  });
  stop.abort(new Error("enough"));
  await expect(asking).rejects.toThrow("enough");
});

test("an engine that is gone is told so", async () => {
  using engine = await oddEngine(() => "silence");
  const list = () => ask("Listing", (abortSignal) => engine.docker.listContainers({ abortSignal }));
  const asked = list();
  await expect.poll(() => engine.asked.length).toBe(1);
  engine.end();
  await expect(asked).rejects.toMatchObject({ code: "ENGINE_GONE", exitCode: 69 });
  await expect(list()).rejects.toMatchObject({ code: "ENGINE_GONE" });
});

test("what it refuses is left to who asked", async () => {
  using engine = await oddEngine(() => [500, { message: "no" }]);
  const asking = ask("Listing", (abortSignal) => engine.docker.listContainers({ abortSignal }));
  expect(statusOf(await asking.catch((error: unknown) => error))).toBe(500);
});
