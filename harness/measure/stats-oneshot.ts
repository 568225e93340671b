import { steady } from "./clock.ts";
import type { MeasuredEngine, Sampler } from "./sampler.ts";
import type { Stats } from "./stats.ts";
import { startTicker } from "./ticker.ts";

/** Each answer costs the engine about 2 ms of processor time: this often is enough, and fair. */
const oneShotHz = 5;

/** Samples by asking the engine at each beat; at most one question is under way. */
export function oneShotSampler(
  docker: MeasuredEngine["docker"],
  containerId: string,
  hz: number,
  take: (answer: Stats) => void,
): Sampler {
  const container = docker.getContainer(containerId);
  let open = true;
  let asking = false;
  const ask = async () => {
    asking = true;
    try {
      const answer = (await container.stats({ stream: false, "one-shot": true })) as Stats;
      if (open) take(answer);
    } catch {
      // The container has just gone, or the engine has: the first shows as an event, the
      // second as a gap and as the loss of the event stream.
    } finally {
      asking = false;
    }
  };
  const rate = Math.min(hz, oneShotHz);
  const ticker = startTicker(steady, 1000 / rate, () => {
    if (!asking) void ask();
  });
  void ask();
  return {
    source: "stats-oneshot",
    hz: rate,
    async close() {
      open = false;
      ticker.stop();
    },
  };
}
