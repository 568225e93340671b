import { KiB, MiB } from "../../harness/scenario/index.ts";
import type { Background, SampleRow, Stage } from "../../harness/scenario/index.ts";

/** The API in its roomy box, and in the small one. */
export type Api = "api" | "box";

/** Names of the objects, each its size. */
type Size = "16m" | "64m" | "256m" | "1g";

/**
 * What clients hang up on: objects after ten bytes, and a large part of one after 32 MiB. Each
 * calls itself something else, as nobody knows who will hang up.
 */
export const HANG_UPS = {
  "64m": { size: "64m", bytes: 10, agent: "curl/7.38.0" },
  "256m": { size: "256m", bytes: 10, agent: "Mozilla/5.0 (X11; Linux x86_64; rv:34.0)" },
  "1g": { size: "1g", bytes: 10, agent: "" },
  part: { size: "256m", bytes: 32 * MiB, agent: "python-requests/2.5.1", range: `${MiB}-` },
} as const satisfies Record<string, { size: Size; bytes: number; agent: string; range?: string }>;
export type HungUp = keyof typeof HANG_UPS;

/** How many more hang up one after the other, on small objects: what each leaves adds up. */
export const MORE = 20;

/** All of 64 MiB in four parts, the last one open; its last bytes; and some across a mark, at odd offsets. */
export const PARTS: readonly string[] = [
  ...["0-16777215", "16777216-33554431", "33554432-50331647", "50331648-"],
  "-65537",
  "1048001-1050007",
];

/** At so many bytes a second 64 MiB, more than all buffers hold, take 37 s: longer than servers wait by default. */
const SIP = `${1.75 * MiB}`;

/** Downloads that do no harm, then hang-ups, last in the small box; a long look; downloads again. */
export async function drive(stage: Stage): Promise<void> {
  await get(stage, "api", "64m");
  const served = () => stage.loaded("right") > 0;
  await stage.until("an object comes as it lies at S3", served, { withinMs: 0, of: "system" });
  for (const api of ["api", "box"] as const) await get(stage, api, "64m", PARTS);
  await getMissing(stage);
  await rest(stage, "api");
  const level = stage.latest("api")?.current ?? 0;
  const pings = ping(stage, 0.2);

  stage.phase("full-download");
  await get(stage, "api", "256m");
  stage.phase("ranges");
  await get(stage, "api", "64m", PARTS);
  await rest(stage, "api");

  const sipping = stage.start("client", ["sip", "slow", "object-64m", SIP], { timeoutMs: 180_000 });
  for (const what of ["64m", "256m", "1g", "part"] as const) await hangUp(stage, "api", what);
  stage.phase("more-hang-ups");
  await client(stage, ["several", String(MORE), "api", "object-16m"]);
  await rest(stage, "api");
  await hangUp(stage, "box", "1g");
  stage.phase("after-box");
  await get(stage, "box", "64m", PARTS.slice(-1));
  for (const api of ["api", "box"] as const) await rest(stage, api);
  await pings.enough();

  if (isWell(stage, level)) {
    await look(stage);
    await sipping.done;
  }
  stage.phase("again");
  await get(stage, "api", "64m");
  for (const api of ["api", "box"] as const) await get(stage, api, "64m", PARTS);
  await getMissing(stage);
}

/** One client takes its bytes, waits, and hangs up; until the API is at rest again. */
async function hangUp(stage: Stage, api: Api, what: HungUp): Promise<void> {
  stage.phase(`hold-${api}-${what}`);
  const { size, bytes, agent, ...part } = HANG_UPS[what];
  const asked = stage.loaded("asked");
  const range = "range" in part ? [part.range] : [];
  const hold = ["hold", api, `object-${size}`, String(bytes), ...range];
  const held = client(stage, hold, { AGENT: agent });
  const begun = () => stage.loaded("asked") > asked;
  await stage.until(`${api} answers: ${what}`, begun, { withinMs: 60_000, of: "system" });
  await rest(stage, api);
  stage.phase(`hang-up-${api}-${what}`);
  await stage.exec("client", ["sh", "-c", "echo >/tmp/enough-held"]);
  await held;
  await rest(stage, api);
}

/** Damage that only comes later shows here: half a minute and more in which nobody asks for objects. */
async function look(stage: Stage): Promise<void> {
  const pings = ping(stage, 1);
  stage.phase("last-look");
  await stage.watch(33_000);
  await pings.enough();
}

/** Whether a long look can still tell more: what is plainly broken needs none. */
function isWell(stage: Stage, level: number): boolean {
  const { peak, current } = stage.latest("api")!;
  const risen = (peak ?? current ?? 0) - level;
  const killed = stage.latest("box")?.oomKills ?? 0;
  return stage.loaded("right") === stage.loaded("asked") && risen < 256 * MiB && killed === 0;
}

/** Waits until an API is at rest. By the samples, so whatever the API is made of. */
async function rest(stage: Stage, api: Api): Promise<void> {
  const began = stage.now();
  let from: SampleRow | undefined;
  const resting = () => {
    const now = stage.latest(api);
    if (now === undefined || now.t <= began) return false;
    if (from === undefined || isWork(from, now)) from = now;
    return now.until - from.t >= 600;
  };
  const what = `${api} comes to rest`;
  await stage.until(what, resting, { withinMs: 60_000, everyMs: 20, of: "system" });
}

/** Whether an API did, or wanted to do, more than answer pings. */
function isWork(from: SampleRow, now: SampleRow): boolean {
  const grown = (of: "rx" | "current" | "cpuMs" | "waitMs") => (now[of] ?? 0) - (from[of] ?? 0);
  return (
    grown("rx") > 64 * KiB ||
    Math.abs(grown("current")) > MiB ||
    grown("cpuMs") + grown("waitMs") > 300
  );
}

const get = (stage: Stage, api: Api, size: Size, parts: readonly string[] = []) =>
  client(stage, ["get", api, `object-${size}`, ...parts]);

/** An object that S3 doesn't have: its client has to learn that. */
const getMissing = (stage: Stage) => client(stage, ["get", "api", "object-of-nobody"]);

async function client(stage: Stage, command: readonly string[], env = {}): Promise<void> {
  const options = { env: { ...stage.arm.env, ...env }, timeoutMs: 180_000 };
  await stage.start("client", command, options).done;
}

/** Pings on beside all else, until it is enough. */
function ping(stage: Stage, seconds: number) {
  const { done }: Background = stage.start("client", ["ping-on", "api:8000/ping", `${seconds}`]);
  return {
    async enough() {
      await stage.exec("client", ["touch", "/tmp/enough"]);
      await done;
    },
  };
}
