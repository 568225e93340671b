import { rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { beforeAll, describe, test } from "vitest";
import { unpacked } from "../../harness/engine/embedded/fetch.ts";
import { commandLine, embeddedEngine } from "../../harness/engine/embedded/index.ts";
import { answers } from "../../harness/engine/embedded/life.ts";
import { layout } from "../../harness/engine/embedded/layout.ts";
import { engineStart, engineStatus, engineStop } from "../../harness/engine/verbs.ts";
import { silent } from "../../harness/progress.ts";
import { until } from "../support/until.ts";
import {
  daemon,
  fetchEngine,
  newCache,
  remains,
  runSleeper,
  startUser,
  whyNot,
} from "./embedded.ts";

/** What can become of an engine whose processes live on; `engine start` keeps it up meanwhile. */
const losses: [string, (env: NodeJS.ProcessEnv) => unknown][] = [
  ["its socket is removed", (env) => rmSync(layout(env).socket)],
  ["its dockerd is stopped", (env) => process.kill(daemon(env, "dockerd"), "SIGSTOP")],
  ["its containerd is stopped", (env) => process.kill(daemon(env, "containerd"), "SIGSTOP")],
];

/** Each has an engine of its own, and most of it is waiting: they go side by side. */
const it = test.extend<{ env: NodeJS.ProcessEnv }>({
  // oxlint-disable-next-line no-empty-pattern -- a fixture tells by it what it needs
  env: async ({}, use) => {
    const env = newCache();
    await engineStart({ progress: silent, env });
    await use(env);
    await engineStop({ env, force: true });
    await until("nothing of the engine is left", () => remains(env).length === 0);
    rmSync(env["XDG_CACHE_HOME"] ?? "", { recursive: true });
  },
});

const concurrent = { concurrent: true };
describe.skipIf(whyNot() !== undefined)("an embedded engine that is lost", concurrent, () => {
  beforeAll(fetchEngine);

  describe.each(losses)("because %s", (_how, lose) => {
    it("is told by status and ended by stop", async ({ env, expect }) => {
      await lose(env);
      expect(await engineStatus({ progress: silent, env })).toContain(
        "is there but does not answer",
      );
      expect(await engineStop({ env })).toBe("The embedded engine has ended.");
      expect(remains(env)).toEqual([]);
    });

    it("is ended, and started anew, by the next run if nobody uses it", async ({ env, expect }) => {
      const before = daemon(env, "dockerd");
      await lose(env);
      const notes: string[] = [];
      const progress = { ...silent, note: (line: string) => void notes.push(line) };
      await using engine = await embeddedEngine({ progress, env });
      expect(engine.facts.version).toMatch(/^\d+\./);
      expect(daemon(env, "dockerd")).not.toBe(before);
      expect(notes.at(-1)).toContain("does not answer and nobody else uses it");
    });
  });

  it("takes its containers along", async ({ env, expect }) => {
    const at = layout(env);
    const root = unpacked("engine", at) ?? "";
    await runSleeper({ ...env, ...commandLine(at, root, env) }, [`${dirname(root)}/bin/docker`]);
    rmSync(at.socket);
    await engineStop({ env });
    expect(remains(env)).toEqual([]);
  });

  it("is not taken away from another run, which is named with the way out", async ({
    env,
    expect,
  }) => {
    const user = await startUser(env);
    rmSync(layout(env).socket);
    await expect(embeddedEngine({ progress: silent, env })).rejects.toMatchObject({
      code: "ENGINE_LOST",
      exitCode: 69,
      message: expect.stringContaining(`is used by process ${user.child.pid}`),
      hint: expect.stringContaining("aftershock engine stop --force"),
    });
    await expect(engineStop({ env })).rejects.toMatchObject({ code: "ENGINE_IN_USE" });
    expect(await engineStop({ env, force: true })).toBe("The embedded engine has ended.");
    user.child.kill("SIGKILL");
    await user.exited;
  }, 90_000);

  it("is ended by the run that was on it, if it was only kept", async ({ env, expect }) => {
    const user = await startUser(env);
    rmSync(layout(env).socket);
    user.child.kill("SIGTERM");
    await user.exited;
    expect(remains(env)).toEqual([]);
    expect(await engineStatus({ progress: silent, env })).toContain("is not running");
  });

  it.for(["dockerd", "containerd"])(
    "ends as a whole when its %s is killed",
    async (name, { env, expect }) => {
      process.kill(daemon(env, name), "SIGKILL");
      await until("nothing of it is left", () => remains(env).length === 0);
      expect(await engineStatus({ progress: silent, env })).toContain("is not running");
      await engineStart({ progress: silent, env });
      expect(await answers(layout(env).socket)).toBe(true);
    },
  );

  it("is ended even where its shell was stopped", async ({ env, expect }) => {
    const at = layout(env);
    for (const pid of shells(env)) process.kill(pid, "SIGSTOP");
    rmSync(at.socket);
    await engineStop({ env });
    expect(remains(env)).toEqual([]);
  });

  it("names the process that holds a lock for ever", async ({ env, expect }) => {
    const { exclusively } = await import("../../harness/engine/embedded/locks.ts");
    const path = layout(env).startLock;
    const holder = spawn("flock", ["-x", "--no-fork", path, "sh", "-c", "echo held; read _"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    await expect(exclusively(path, async () => 1, undefined, 200)).rejects.toMatchObject({
      code: "LOCK_HELD",
      exitCode: 69,
      message: expect.stringMatching(/start\.lock was held by process \d+ for more than 0\.2 s/),
    });
    holder.stdin.end();
    await once(holder, "exit");
  });
});

const shells = (env: NodeJS.ProcessEnv): number[] =>
  ["keeper.sh", "init.sh"].map((script) => daemon(env, script));
