import { destroy, eachLine } from "./lines.ts";
import type { MeasuredEngine, Sampler } from "./sampler.ts";
import type { Stats } from "./stats.ts";

/** Samples by listening to the engine's stats stream, which speaks once a second. */
export async function streamSampler(
  docker: MeasuredEngine["docker"],
  containerId: string,
  take: (answer: Stats) => void,
): Promise<Sampler> {
  const stream = await docker.getContainer(containerId).stats({ stream: true });
  let open = true;
  eachLine(stream, (line) => {
    if (open) take(JSON.parse(line) as Stats);
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
