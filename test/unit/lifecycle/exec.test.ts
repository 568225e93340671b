import { expect, test } from "vitest";
import { exec } from "../../../harness/lifecycle/exec.ts";
import { oddEngine } from "../../support/odd-engine.ts";

const refusing = (message: string, state: object | undefined) =>
  oddEngine((asked) => {
    if (asked === "POST /containers/abc/exec") return [409, { message }];
    return state ? [200, { State: state }] : [404, { message: "no such container" }];
  });

const request = {
  container: "abc",
  service: "api",
  command: ["true"],
  timeoutMs: 1000,
  signal: new AbortController().signal,
};

const conflict = "Container abc is restarting, wait until the container is running";

test.each([
  [{ Restarting: true, Running: true, ExitCode: 1 }, "is restarting: it ended with 1"],
  [{ Status: "exited", ExitCode: 137 }, "has ended with 137"],
  [{ Paused: true, Running: true }, "is paused"],
  [{ Status: "created" }, "has not started"],
  [undefined, "is gone"],
])("a container in which nothing can be run is told in a sentence: %j", async (state, words) => {
  using engine = await refusing(conflict, state);
  await expect(exec(engine.docker, request)).rejects.toMatchObject({
    code: words.startsWith("has ended") ? "CONTAINER_ENDED" : "CONTAINER_NOT_RUNNING",
    message: `"true" in api was not run: the container of api ${words}`,
  });
});

test("a container that is started again before the command could be is told, too", async () => {
  using engine = await oddEngine((asked) => {
    if (asked === "POST /containers/abc/exec") return [201, { Id: "0123" }];
    if (asked === "POST /exec/0123/start") return [404, { message: "No such exec instance: 0123" }];
    return [200, { State: { Running: true } }];
  });
  await expect(exec(engine.docker, request)).rejects.toMatchObject({
    code: "CONTAINER_NOT_RUNNING",
    message: '"true" in api was not run: the container of api was started again meanwhile',
  });
});

test("a command that is forgotten with its container's life was cut off", async () => {
  using engine = await oddEngine((asked) => {
    if (asked === "POST /containers/abc/exec") return [201, { Id: "0123" }];
    if (asked === "POST /exec/0123/start") return [200, {}];
    if (asked === "GET /exec/0123/json") return [404, { message: "No such exec instance: 0123" }];
    return [200, { State: { Restarting: true, Running: true, ExitCode: 4 } }];
  });
  await expect(exec(engine.docker, request)).rejects.toMatchObject({
    code: "CONTAINER_NOT_RUNNING",
    message: '"true" in api was cut off: the container of api is restarting: it ended with 4',
  });
});

test("another refusal is told in the engine's words, by the service's name", async () => {
  using engine = await refusing("Container abc is odd", { Running: true });
  await expect(exec(engine.docker, request)).rejects.toMatchObject({
    code: "EXEC_NOT_STARTED",
    message: '"true" in api was not run: Container api is odd',
  });
});

test("an engine that says nothing keeps nobody who was told to stop", async () => {
  using engine = await oddEngine(() => "silence");
  const stop = new AbortController();
  const running = exec(engine.docker, { ...request, signal: stop.signal });
  await expect.poll(() => engine.asked.length).toBe(1);
  stop.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
});
