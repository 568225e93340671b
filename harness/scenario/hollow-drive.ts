import { anything, standInsOf, type Variant } from "../judge/hollow-evidence.ts";
import type { StandIns } from "../judge/is.ts";
import { isSlip } from "../judge/slips.ts";
import { toldByHttpClient } from "./http-client.ts";
import type { ExecResult, Stage } from "./stage-types.ts";
import type { ScenarioDefinition } from "./types.ts";

/** The names that a drive speaks of. */
export interface HeardDrive {
  readonly services: Set<string>;
  readonly phases: Set<string>;
  readonly loads: Set<string>;
  readonly observations: Set<string>;
  /** Observations that the lab makes of what the drive starts, which it need not speak of. */
  readonly besides: Set<string>;
  /** What it threw for names that nothing defines. */
  readonly slips: ReferenceError[];
  /** Whether that may not be all: it did not come to its end, or commands in containers tell more. */
  isWhole: boolean;
}

/** Draws of stand-ins, each for every arm: so that what is done on a condition is heard of. */
const DRAWS = 4;
const MOST_ARMS = 64;
/** All of it together: a drive that waits for something of its own is not waited for. */
const WITHIN_MS = 2000;

/**
 * What a scenario's drive speaks of: it is given a stage on which nothing is run, where whatever it
 * asks for is answered by a stand-in. Never throws, whatever the drive does.
 */
export async function hollowDrive(definition: ScenarioDefinition): Promise<HeardDrive> {
  const heard: HeardDrive = {
    services: new Set(),
    phases: new Set(),
    loads: new Set(),
    observations: new Set(),
    besides: new Set(),
    slips: [],
    isWhole: true,
  };
  const over = AbortSignal.timeout(WITHIN_MS);
  const ended = new Set<string>();
  for (const arm of Object.keys(definition.arms).slice(0, MOST_ARMS))
    for (let draw = 0; draw < DRAWS; draw++)
      if (await comesToItsEnd(definition, { arm, draw }, heard, over)) ended.add(arm);
  if (ended.size < Object.keys(definition.arms).length) heard.isWhole = false;
  return heard;
}

async function comesToItsEnd(
  definition: ScenarioDefinition,
  variant: Variant,
  heard: HeardDrive,
  over: AbortSignal,
): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  over.addEventListener("abort", () => late.resolve(false), { once: true });
  if (over.aborted) return false;
  try {
    const drive = definition.drive(hollowStage(definition, variant, heard, over));
    return await Promise.race([Promise.resolve(drive).then(() => true), late.promise]);
  } catch (error) {
    if (isSlip(error)) heard.slips.push(error);
    return false; // what it spoke of until then has been noted
  }
}

function hollowStage(
  { arms }: ScenarioDefinition,
  variant: Variant,
  heard: HeardDrive,
  signal: AbortSignal,
): Stage {
  const from = standInsOf(variant);
  const { role, target = variant.arm, env = {} } = arms[variant.arm]!;
  let now = 0;
  const of = (service: string) => void heard.services.add(service);
  const on = async (service: string) => of(service);
  const probed = async <T>(probe: () => T | Promise<T>) =>
    ((await probe()) || anything(from, 3)) as NonNullable<T>;
  return {
    arm: { name: variant.arm, role, env: { ARM: target, ...env } },
    signal,
    now: () => (now += 100),
    phase: (name) => void heard.phases.add(name),
    exec: async (service) => (of(service), resultOf(from)),
    start(service, command) {
      of(service);
      const told = toldByHttpClient(command);
      if (told) {
        for (const name of told.loads) heard.loads.add(name);
        for (const name of told.observations) heard.besides.add(name);
      } else heard.isWhole = false; // its lines may name anything
      heard.besides.add("background command failed");
      return { done: Promise.resolve(resultOf(from)) };
    },
    observe: (name) => void heard.observations.add(name),
    load: (name) => void heard.loads.add(name),
    seen: () => [1, 2, 3].map(() => anything(from, 3)) as ReturnType<Stage["seen"]>,
    loaded: () => from.number(),
    latest: (service) => (of(service), anything(from, 3) as ReturnType<Stage["latest"]>),
    events: (service) => (of(service), []),
    until: (_, probe) => probed(probe),
    attempt: async (probe) => (from.truth() ? probed(probe) : (await probe()) || undefined),
    watch: async () => void from.truth(),
    restart: on,
    stop: on,
    startService: on,
    logs: async (service) => (of(service), from.text()),
  };
}

const resultOf = (from: StandIns): ExecResult => ({
  exitCode: from.truth() ? 0 : 1,
  stdout: from.text(),
  stderr: from.text(),
});
