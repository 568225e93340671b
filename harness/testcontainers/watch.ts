import { engineThatRuns, type RunningEngine } from "../engine/index.ts";
import { EnvironmentError } from "../errors.ts";
import { watchContainers } from "../measure/index.ts";
import { RECORD_SCHEMA, type Row } from "../record/schema.ts";
import { hasEnded } from "./catch-up.ts";
import { createSeen, type Seen } from "./seen.ts";
import { targetsOf, type Watchable } from "./targets.ts";

/**
 * Watches what runs, as the lab does: memory and processes of each container, from now until it is
 * disposed of. Resolves when there are enough samples to be the level from which a rise is told.
 *
 *   await using seen = await watch(container);
 *   for (let i = 0; i < 200; i += 1) await fetch(url);
 *   await seen.caughtUp();
 *   expect(seen.memory("anon")).toStayBelow(150 * MiB);
 *
 * @throws EnvironmentError where it can't be watched: no engine, no container, none that runs
 */
export async function watch(what: Watchable): Promise<Seen> {
  const engine = await engineThatRuns();
  try {
    return await begin(engine, await targetsOf(what, engine));
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}

async function begin(engine: RunningEngine, names: ReadonlyMap<string, string>): Promise<Seen> {
  const began = performance.now();
  const now = () => performance.now() - began;
  const rows: Row[] = [headOf(engine)];
  const keep = (row: Row) => void rows.push(row);
  const sink = { write: keep, sample: keep };
  const watching = await watchContainers(names, { engine, sink, now, atOnce: true });
  const end = async () => {
    await watching.stop();
    await engine[Symbol.asyncDispose]();
  };
  const seen = createSeen({ names: [...names.values()].toSorted(), rows, now, watching, end });
  try {
    await seen.caughtUp();
    const gone = seen.containers.find((name) => hasEnded(watching, name));
    if (gone !== undefined) throw endedMeanwhile(gone);
    seen.mark();
    return seen;
  } catch (error) {
    await watching.stop();
    throw error;
  }
}

function endedMeanwhile(name: string): EnvironmentError {
  const message = `The container ${name} ended before there was a level to judge from.`;
  return new EnvironmentError("CONTAINER_NOT_RUNNING", message, { hint: "Its log says why." });
}

/** Of a record that is of no scenario. */
function headOf({ facts }: RunningEngine): Row {
  const startedAt = new Date().toISOString();
  const arm = { scenario: "watch", arm: "watched", role: "probe", repeat: 1 } as const;
  return { type: "head", schema: RECORD_SCHEMA, t: 0, ...arm, startedAt, engine: facts, env: {} };
}
