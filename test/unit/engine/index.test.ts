import { expect, it } from "vitest";
import { acquireEngine } from "../../../harness/engine/index.ts";
import { silent } from "../../../harness/progress.ts";

it("refuses an AFTERSHOCK_ENGINE that it does not know", async () => {
  const env = { AFTERSHOCK_ENGINE: "podman" };
  await expect(acquireEngine({ progress: silent, env })).rejects.toMatchObject({ exitCode: 64 });
});

it("fails, and embeds none, where the engine that was named is absent", async () => {
  const env = {
    AFTERSHOCK_ENGINE: "system",
    HOME: "/nonexistent",
    DOCKER_HOST: "unix:///nonexistent",
  };
  await expect(acquireEngine({ progress: silent, env })).rejects.toMatchObject({ exitCode: 69 });
});
