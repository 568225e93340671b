import { steady } from "./clock.ts";
import { destroy, eachLine } from "./lines.ts";
import type { MeasuredEngine, Sampler, Tell } from "./sampler.ts";
import { parseStats, type Stats } from "./stats.ts";

/** Samples by listening to the engine's stats stream, which speaks once a second. */
export async function streamSampler(
  docker: MeasuredEngine["docker"],
  containerId: string,
  ooms: () => number,
  tell: Tell,
): Promise<Sampler> {
  const stream = await docker.getContainer(containerId).stats({ stream: true });
  let open = true;
  eachLine(stream, (line) => {
    const values = parseStats(JSON.parse(line) as Stats, ooms());
    if (open && values) tell(values, steady());
  });
  // As with one-shot stats: a broken stream shows as a gap.
  stream.on("error", () => {});
  return {
    source: "stats-stream",
    hz: 1,
    async close() {
      open = false;
      destroy(stream);
    },
  };
}
