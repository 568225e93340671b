import { wordsOf } from "../engine/ask.ts";
import type { Listener } from "./cgroup-sampler.ts";
import { startHelper, type Helper, type HelperOptions } from "./helper.ts";
import type { MeasuredEngine, Sampler } from "./sampler.ts";
import { samplingHere } from "./sampling-here.ts";

/** Who reads the cgroup files of an engine's containers. */
export interface Sampling extends AsyncDisposable {
  /** Done when samplers can begin at once, or nobody can read: then it says why, and never fails. */
  ready(): Promise<string | undefined>;
  /** How fast the processor is on which it reads, as `pace` tells it, once it is ready; else undefined. */
  pace(): number | undefined;
  /**
   * Samples a container from now on; where its files can't be read, a sentence that says why.
   * @throws what opening the files threw, with its code
   */
  sampler(container: string, hz: number, listener: Listener): Promise<Sampler | string>;
}

/** By a process of this machine, which ends with ours; of an engine elsewhere, by nobody. */
export function samplingOfLocal(engine: MeasuredEngine): Sampling {
  return {
    async ready() {
      if (!engine.local) return elsewhere;
      await samplingHere().started;
      return undefined;
    },
    pace: () => (engine.local ? samplingHere().pace : undefined),
    async sampler(container, hz, listener) {
      if (!engine.local) return elsewhere;
      const paths = engine.cgroup(container);
      if (paths) return samplingHere().sampler(paths, hz, listener);
      return "Its cgroup files were not found on this machine.";
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

const elsewhere = "The engine is not on this machine.";

/**
 * By a helper container on the engine, started once, and again where it has ended before its time.
 * Where the engine refuses it, by nobody.
 */
export function samplingByHelper(
  engine: MeasuredEngine,
  options: () => Promise<HelperOptions>,
): Sampling {
  let helper: Promise<Helper | string> | undefined;
  let pace: number | undefined;
  const start = async (): Promise<Helper | string> => {
    try {
      const started = await startHelper(engine, await options());
      pace = started.process.pace;
      void started.process.over.then(() => {
        helper = undefined;
        return started[Symbol.asyncDispose]();
      });
      return started;
    } catch (error) {
      return `No helper container reads cgroup files on the engine: ${wordsOf(error)}`;
    }
  };
  const started = () => (helper ??= start());
  return {
    async ready() {
      const found = await started();
      return typeof found === "string" ? found : undefined;
    },
    pace: () => pace,
    async sampler(container, hz, listener) {
      const found = await started();
      if (typeof found === "string") return found;
      const { cgroup: version } = engine.facts;
      try {
        const sampler = await found.process.sampler({ version, container }, hz, listener);
        return { ...sampler, by: "helper" };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "NO_CGROUP") throw error;
        return "Its cgroup files were not found on the engine.";
      }
    },
    async [Symbol.asyncDispose]() {
      const last = await helper;
      if (typeof last === "object") await last[Symbol.asyncDispose]();
    },
  };
}
