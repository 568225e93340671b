import { KiB } from "../../harness/scenario/index.ts";
import type { SampleRow, Stage } from "../../harness/scenario/index.ts";

/** Names of the objects, each its size. */
export type Size = "64m" | "256m" | "1g";

/** Where one of the two APIs serves an object. */
export const url = (service: "api" | "box", size: Size) => `${service}:8000/data/zeros-${size}`;

/** Downloads that do no harm, then hang-ups on larger and larger objects, last in the small box. */
export async function drive(stage: Stage): Promise<void> {
  const pings = stage.start("client", ["ping-on", "api:8000/ping"]);
  await quiet(stage, "api");

  stage.phase("full-download");
  const full = await over(stage, "api", 1, () => client(stage, "fetch", url("api", "256m")));
  stage.observe("downloaded", Number(full), "B");
  stage.phase("ranges");
  const parts = await over(stage, "api", 4, () => client(stage, "ranges", url("api", "64m")));
  stage.observe("parts-served", parts.split("206 1048576\n").length - 1);
  await quiet(stage, "api");

  await hangUp(stage, "api", "64m");
  await hangUp(stage, "api", "256m");
  await hangUp(stage, "api", "1g");
  stage.phase("ten-hang-ups");
  await over(stage, "api", 10, () => client(stage, "ten-hang-ups", url("api", "64m")));
  stage.phase("after-ten");
  await quiet(stage, "api");

  await hangUp(stage, "box", "1g");
  stage.phase("after-box");
  stage.observe("answer-of-the-box", Number(await client(stage, "fetch", "box:8000/ping")), "B");
  await client(stage, "touch", "/tmp/enough");
  await pings.done;
}

/** One client takes ten bytes, waits, and hangs up; until the server is done with its request. */
async function hangUp(stage: Stage, service: "api" | "box", size: Size): Promise<void> {
  stage.phase(`hold-${service}-${size}`);
  const taken = stage.loaded("bytes-taken");
  const held = stage.start("client", ["hang-up", url(service, size)], { env: stage.arm.env });
  const begun = () => stage.loaded("bytes-taken") > taken;
  await stage.until(`ten bytes of ${size} from ${service}`, begun, { withinMs: 60_000 });
  await quiet(stage, service);
  stage.phase(`hang-up-${service}-${size}`);
  await over(stage, service, 1, async () => {
    await client(stage, "sh", "-c", "echo >/tmp/hang-up");
    await held.done;
  });
  await quiet(stage, service);
}

/** Waits for 400 ms of samples in which a service received next to nothing: pings at most. */
async function quiet(stage: Stage, service: "api" | "box"): Promise<void> {
  const began = stage.now();
  let from: SampleRow | undefined;
  const still = () => {
    const now = stage.latest(service);
    if (now === undefined || now.t <= began) return false;
    if (from === undefined || (now.rx ?? 0) - (from.rx ?? 0) > 64 * KiB) from = now;
    return now.t - from.t >= 400;
  };
  await stage.until(`${service} receives no more`, still, { withinMs: 60_000, everyMs: 20 });
}

/** Runs something that makes `requests` of a service, and waits until it is done with them all. */
async function over<T>(
  stage: Stage,
  service: "api" | "box",
  requests: number,
  act: () => Promise<T>,
): Promise<T> {
  const ended = async () => (await stage.logs(service)).split("] over: ").length;
  const killed = () => (stage.latest(service)?.oomKills ?? 0) + stage.events(service, "oom").length;
  const before = await ended();
  const result = await act();
  await stage.until(
    `${service} is done with ${requests} requests`,
    async () => killed() > 0 || (await ended()) >= before + requests,
    { withinMs: 180_000, everyMs: 100 },
  );
  stage.load("requests-over", (await ended()) - before); // one whose worker was killed has no end
  return result;
}

async function client(stage: Stage, ...command: string[]): Promise<string> {
  const { stdout } = await stage.exec("client", command, {
    env: stage.arm.env,
    timeoutMs: 180_000,
    check: false,
  });
  return stdout;
}
