import { EnvironmentError } from "../errors.ts";
import { FEWEST } from "../judge/coverage.ts";
import type { Watch } from "../measure/index.ts";
import type { Row } from "../record/schema.ts";

/** Who has told nothing by then will not. */
const withinMs = 10_000;

interface Watched {
  readonly names: readonly string[];
  readonly rows: readonly Row[];
  readonly now: () => number;
  readonly watching: Watch;
  /** Of the samples that are counted. */
  readonly since: number;
}

/**
 * Waits until each container that runs has told of this moment, and often enough since another.
 * @throws EnvironmentError NO_SAMPLE if one comes to nothing, and why the watch was lost
 */
export async function catchUp({ names, rows, now, watching, since }: Watched): Promise<void> {
  const asked = now();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const isReady = (name: string) =>
    hasEnded(watching, name) ||
    ((watching.latest(name)?.t ?? -1) >= asked && isEnough(rows, name, since));
  const look = () => {
    if (names.every(isReady)) resolve();
  };
  const lost = () => reject(watching.lost.reason as Error);
  const late = setTimeout(() => {
    const silent = names.filter((name) => !isReady(name)).join(", ");
    reject(
      new EnvironmentError("NO_SAMPLE", `No sample of ${silent} came in ${withinMs / 1000} s.`),
    );
  }, withinMs);
  const forget = watching.onRow(look);
  watching.lost.addEventListener("abort", lost);
  try {
    if (watching.lost.aborted) lost();
    look();
    await promise;
  } finally {
    clearTimeout(late);
    forget();
    watching.lost.removeEventListener("abort", lost);
  }
}

/** Whether its last word was of its end. */
export function hasEnded(watching: Watch, name: string): boolean {
  const life = watching
    .events(name)
    .findLast(({ action }) => action === "die" || action === "start");
  return life?.action === "die";
}

/** As many samples as a claim asks for. */
function isEnough(rows: readonly Row[], name: string, since: number): boolean {
  let source: keyof typeof FEWEST | undefined;
  let count = 0;
  for (const row of rows) {
    if (row.type === "container" && row.service === name) source = row.source;
    if (row.type === "sample" && row.service === name && row.t >= since) count += row.n;
  }
  return source !== undefined && count >= FEWEST[source];
}
