/**
 * `npm run test:soak -- [SCENARIO/ARM]`: one cheap arm 5, 20 and 50 times, in one process. Whatever is open,
 * waits or stands in the engine is afterwards what it was, the harness's memory stays flat, and the
 * fiftieth arm costs no more than the fifth. Prints both sides; 1 if one does not hold.
 */
import { readdirSync } from "node:fs";
import { acquireEngine } from "../../harness/engine/index.ts";
import { loadScenarios, replay } from "../../harness/index.ts";
import { MiB } from "../../harness/judge/units.ts";
import { exitCodeOf } from "../../harness/judge/verdict.ts";
import { silent } from "../../harness/progress.ts";
import { told } from "../told.ts";

/** What a run leaves as it found it: how many of each. */
type Held = Readonly<Record<string, number>>;

interface Haul {
  readonly arms: number;
  readonly held: Held;
  /** Of the harness's own process: milliseconds of processor time, and the most memory, MiB. */
  readonly msPerArm: number;
  readonly mostMiB: number;
}

const mostMiB = 200;
/** Of the dearer arm to the cheaper one, and of the memory of a long run to that of a short one. */
const even = 1.1;
const [id, arm] = (process.argv[2] ?? "eventlet-drift/upgrade-latest").split("/");

const scenarios = await loadScenarios([id!]);
const arms = [arm!];
await using engine = await acquireEngine({ progress: told });
await haul(5); // What is made once is there from now on: images, compiled code, the sampling process.
const before = await held();
console.log(`before  ${words(before)}`);
const short = await haul(5);
const wrong = [...faults(short), ...faults(await haul(20)), ...faults(await haul(50))];
for (const one of wrong) console.log(`WRONG: ${one}`);
process.exitCode = wrong.length > 0 ? 1 : 0;

async function haul(times: number): Promise<Haul> {
  let most = 0;
  const look = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 250);
  const cpu = process.cpuUsage();
  const { verdict, folder } = await replay({ scenarios, arms, repeat: times, progress: silent });
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(look);
  if (exitCodeOf(verdict) !== 0) throw new Error(`Not as claimed: ${folder}`);
  const msPerArm = (user + system) / 1000 / times;
  const done = { arms: times, held: await held(), msPerArm, mostMiB: most / MiB };
  console.log(`${String(times).padStart(2)} arms ${words(done.held)}`);
  console.log(
    `        ${msPerArm.toFixed(0)} ms of processor an arm, ${done.mostMiB.toFixed(0)} MiB`,
  );
  return done;
}

function faults(long: Haul): string[] {
  const { arms: many } = long;
  const kinds = new Set([...Object.keys(before), ...Object.keys(long.held)]);
  const other = [...kinds].filter((kind) => long.held[kind] !== before[kind]);
  return [
    ...other.map((kind) => `${kind}: ${before[kind] ?? 0}, after ${many} ${long.held[kind] ?? 0}`),
    ...(long.msPerArm > short.msPerArm * even ? [`an arm of ${many} is dearer than one of 5`] : []),
    ...(long.mostMiB > short.mostMiB * even ? [`${many} arms take more memory than 5`] : []),
    ...(long.mostMiB > mostMiB ? [`${many} arms take more than ${mostMiB} MiB`] : []),
  ];
}

async function held(): Promise<Held> {
  const { docker } = engine;
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listVolumes(),
  ]);
  const resources = Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind);
  return {
    descriptors: readdirSync("/proc/self/fd").length,
    ...Object.fromEntries([...resources].map(([kind, { length }]) => [kind, length])),
    containers: containers.length,
    networks: networks.length,
    volumes: volumes.Volumes.length,
  };
}

function words(of: Held): string {
  return Object.entries(of)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(", ");
}
