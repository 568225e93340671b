import { afterEach, expect, test } from "vitest";
import { client } from "../../../harness/engine/connect.ts";
import { pace } from "../../../harness/measure/pace.ts";
import { samplingByHelper, samplingOfLocal } from "../../../harness/measure/sampling.ts";
import { serve, type Fake } from "../../support/fake-engine.ts";
import { engine as facts } from "../../support/rows.ts";

const nobody = { tell: () => {}, failed: () => {}, stood: () => {} };
let fake: Fake | undefined;
afterEach(() => fake?.[Symbol.asyncDispose]());

/** An engine elsewhere that answers so to whoever wants to create a container. */
async function refusing(status: number, message: string) {
  const asked: unknown[] = [];
  fake = await serve((request, answer) => {
    request.on("data", (body: Buffer) => asked.push(JSON.parse(body.toString())));
    answer.statusCode = status;
    answer.setHeader("content-type", "application/json").end(JSON.stringify({ message }));
  });
  const docker = client({ host: fake.host, origin: "a test", chosen: true });
  return { asked, engine: { docker, facts, local: false, cgroup: () => null } };
}

const options = async () => ({ image: "sha256:1", labels: { "aftershock.run": "r1" } });

test("an engine that refuses the helper is asked once, and its words are the reason", async () => {
  const policy = "authorization denied by plugin: no container sees the host's processes";
  const { engine, asked } = await refusing(403, policy);
  await using sampling = samplingByHelper(engine, options);
  const why = await sampling.ready();
  expect(why).toContain(policy);
  expect(why).not.toMatch(/\n|HTTP code/);
  expect(await sampling.sampler("c1", 20, nobody)).toBe(why);
  expect(sampling.pace()).toBeUndefined();
  expect(asked).toHaveLength(1);
});

test("who reads on this machine tells how fast its processor is", async () => {
  const { engine } = await refusing(500, "enough");
  await using sampling = samplingOfLocal({ ...engine, local: true });
  await sampling.ready();
  expect(sampling.pace()! / pace()!).toBeCloseTo(1, 0);
});

test("what the helper may do: see processes and cgroups, and be on time", async () => {
  const { engine, asked } = await refusing(500, "enough");
  await samplingByHelper(engine, options).ready();
  expect(asked[0]).toMatchObject({
    Image: "sha256:1",
    Labels: { "aftershock.run": "r1" },
    HostConfig: {
      AutoRemove: true,
      PidMode: "host",
      NetworkMode: "none",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Mounts: [{ Source: "/sys/fs/cgroup", ReadOnly: true }],
      LogConfig: { Type: "none" },
    },
  });
  const { Privileged, Binds } = (asked[0] as { HostConfig: Record<string, unknown> }).HostConfig;
  expect([Privileged, Binds]).toEqual([undefined, undefined]);
});

test.each([
  ["5.15.0-119-generic", ["SETUID", "SETGID", "SYS_NICE", "DAC_READ_SEARCH"]],
  ["6.1.0-28-amd64", ["SETUID", "SETGID", "SYS_NICE", "DAC_READ_SEARCH"]],
  ["6.10.14-linuxkit", ["SETUID", "SETGID", "SYS_NICE"]],
])("Linux %s: %j", async (kernel, capabilities) => {
  const { engine, asked } = await refusing(500, "enough");
  await samplingByHelper({ ...engine, facts: { ...facts, kernel } }, options).ready();
  const [settings] = asked as [{ Cmd: string[]; HostConfig: { CapAdd: string[] } }];
  expect(settings.HostConfig.CapAdd).toEqual(capabilities);
  // What it takes to become nobody is not kept.
  const kept = capabilities.slice(2).map((name) => `+${name.toLowerCase()}`);
  expect(settings.Cmd).toContain(`--ambient-caps=${kept.join(",")}`);
});

test("an image that can't be had is a reason like any other", async () => {
  const { engine, asked } = await refusing(500, "enough");
  const sampling = samplingByHelper(engine, () => Promise.reject(new Error("No Node for s390x.")));
  expect(await sampling.ready()).toMatch(/No Node for s390x\.$/);
  expect(asked).toEqual([]);
});

test("where nothing reads files on an engine elsewhere, that is the reason", async () => {
  const { engine } = await refusing(500, "enough");
  const sampling = samplingOfLocal(engine);
  expect(await sampling.ready()).toBe(await sampling.sampler("c1", 20, nobody));
});
