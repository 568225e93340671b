import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { commandLine } from "../../harness/engine/embedded/index.ts";
import { layout } from "../../harness/engine/embedded/layout.ts";
import { initOf } from "../../harness/engine/embedded/life.ts";
import { unpacked } from "../../harness/engine/embedded/fetch.ts";
import { cgroupFinder } from "../../harness/engine/cgroup.ts";
import {
  engineEnv,
  engineRemove,
  engineStart,
  engineStatus,
  engineStop,
} from "../../harness/engine/verbs.ts";
import { UsageError } from "../../harness/errors.ts";
import { until } from "../support/until.ts";
import { silent } from "../../harness/progress.ts";
import {
  fetchEngine,
  newCache,
  processesOf,
  remains,
  runSleeper,
  startUser,
  whyNot,
  type User,
} from "./embedded.ts";

const reason = whyNot();
if (reason) console.warn(`The embedded engine is not tested: ${reason}`);

describe.skipIf(reason !== undefined)("the embedded engine", () => {
  let env: NodeJS.ProcessEnv;
  let users: User[] = [];
  const use = async (...args: string[]): Promise<User> => {
    const user = await startUser(env, ...args);
    users.push(user);
    return user;
  };
  const daemons = (): number =>
    processesOf(env).filter((line) => line.startsWith("dockerd ")).length;
  const docker = (): { env: NodeJS.ProcessEnv; argv: string[] } => {
    const at = layout(env);
    const root = unpacked("engine", at) ?? "";
    return {
      env: { ...env, ...commandLine(at, root, env) },
      argv: [`${dirname(root)}/bin/docker`],
    };
  };

  beforeAll(fetchEngine);
  beforeEach(() => {
    env = newCache();
    users = [];
  });
  afterEach(async () => {
    for (const { child } of users) child.kill("SIGKILL");
    await until("nothing of the engine is left", () => remains(env).length === 0);
    rmSync(env["XDG_CACHE_HOME"] ?? "", { recursive: true });
  });

  it("is one daemon for users that start at once, and goes with the last of them", async () => {
    const [first, second] = await Promise.all([use(), use()]);
    expect(daemons()).toBe(1);
    first.child.kill("SIGTERM");
    await first.exited;
    expect(daemons()).toBe(1);
    second.child.kill("SIGTERM");
    await second.exited;
    expect(remains(env)).toEqual([]);
  });

  it("leaves nothing when its users are killed while a container runs", async () => {
    const [first, second] = await Promise.all([use(), use()]);
    const container = await runSleeper(docker().env, docker().argv);
    const paths = cgroupFinder(1)(container) ?? cgroupFinder(2)(container);
    expect(paths).not.toBeNull();
    first.child.kill("SIGKILL");
    second.child.kill("SIGKILL");
    await expect.poll(() => remains(env), { timeout: 10_000 }).toEqual([]);
  });

  it("survives Ctrl-C until the run has tidied up", async () => {
    const user = await use();
    process.kill(-(user.child.pid ?? 0), "SIGINT");
    expect(await user.said()).toBe("the engine still answers");
    await user.exited;
    expect(remains(env)).toEqual([]);
  });

  it("has one way out for all who need it, and none afterwards", async () => {
    const [first, second] = await Promise.all([use("--uplink"), use("--uplink"), use()]);
    const stacks = (): number =>
      processesOf(env).filter((line) => /slirp4netns --configure/.test(line)).length;
    const pid = initOf(layout(env));
    const devices = (): string => readFileSync(`/proc/${pid}/net/dev`, "utf8");
    expect(stacks()).toBe(1);
    expect(devices()).toContain("tap0");
    first.child.kill("SIGKILL");
    await first.exited;
    expect(stacks()).toBe(1);
    second.child.kill("SIGTERM");
    await expect.poll(devices).not.toContain("tap0");
    expect(stacks()).toBe(0);
  });

  it("is kept by `start`, not ended under a run, and removed without a trace", async () => {
    await engineStart({ progress: silent, env });
    expect(await engineStatus({ progress: silent, env })).toContain("runs, held by `engine start`");
    expect(await engineEnv({ progress: silent, env })).toContain(
      `DOCKER_HOST='unix://${layout(env).socket}'`,
    );
    const shell = { ...docker().env, AFTERSHOCK_ENGINE: "" };
    expect(await engineStatus({ progress: silent, env: shell })).toContain(
      "The embedded engine runs",
    );
    const user = await use();
    await expect(engineStop({ env })).rejects.toThrow(UsageError);
    user.child.kill("SIGKILL");
    await user.exited;
    expect(daemons()).toBe(1);
    await engineRemove(env);
    expect(remains(env)).toEqual([]);
    expect(existsSync(dirname(layout(env).folder))).toBe(false);
  });
});
