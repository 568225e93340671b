import type { SampleValues } from "../record/schema.ts";
import type { Answer, Order, Place } from "./protocol.ts";
import { unpackSamples } from "./sample-rows.ts";
import type { Sampler, Tell, TellStill } from "./sampler.ts";

/** Whom a sampler speaks to. */
export interface Listener {
  /** Whether each sample is told at once; else several together, which costs less. */
  readonly atOnce?: boolean;
  readonly tell: Tell;
  /** Told when sampling cannot go on though the container may. */
  readonly failed: (error: Error) => void;
  readonly stood: TellStill;
}

/** The way to a sampling process, wherever it runs. */
export interface Link {
  send(order: Order): void;
  /** This machine's `steady` time for one of the process's. */
  here(at: number): number;
  /** Whether it keeps this process from ending: while there is something to sample. */
  hold(on: boolean): void;
}

/** Opens the link: `hear` is to be told each answer, `ended` that there will be none any more. */
export type Connect = (hear: (answer: Answer) => void, ended: (error: Error) => void) => Link;

interface Followed extends Listener {
  readonly opened: () => void;
  readonly closed: () => void;
  /** When its last sample was taken. */
  last: number;
}

/** A sampling process, as those see it who want something sampled. */
export class SamplingProcess {
  /** Resolves when it has started, or has ended before. */
  readonly started: Promise<void>;
  /** Resolves when it has ended, with why. */
  readonly over: Promise<Error>;
  readonly #started = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<Error>();
  readonly #followed = new Map<number, Followed>();
  readonly #link: Link;
  #ended: Error | undefined;
  #made = 0;
  #pace: number | undefined;

  constructor(connect: Connect) {
    this.started = this.#started.promise;
    this.over = this.#over.promise;
    this.#link = connect(
      (answer) => this.#hear(answer),
      (error) => this.#end(error),
    );
  }

  /** How fast the processor is on which it runs, as `pace` tells it; undefined until it has started, or where it can't be told. */
  get pace(): number | undefined {
    return this.#pace;
  }

  /** Why it has ended, if so. */
  get ended(): Error | undefined {
    return this.#ended;
  }

  /**
   * Samples a container's cgroup files.
   * @throws what opening the files threw, with its code
   */
  async sampler(
    place: Place,
    hz: number,
    { tell, failed, stood, atOnce = false }: Listener,
  ): Promise<Sampler> {
    if (this.#ended) throw this.#ended;
    const id = ++this.#made;
    const opened = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const one = {
      tell,
      stood,
      opened: opened.resolve,
      failed: opened.reject as (error: Error) => void,
      closed: closed.resolve,
      last: 0,
    };
    this.#followed.set(id, one);
    this.#link.hold(true);
    this.#link.send({ id, place, hz, atOnce });
    await opened.promise;
    one.failed = failed;
    return {
      source: `cgroup-v${place.version}`,
      hz,
      ...(this.#pace !== undefined && { pace: this.#pace }),
      close: () => {
        if (this.#followed.has(id)) this.#link.send({ leave: id });
        return closed.promise;
      },
    };
  }

  #hear(answer: Answer): void {
    if ("samples" in answer)
      for (const { sampler, at, values } of unpackSamples(answer.samples))
        this.#tell(this.#followed.get(sampler), values, this.#link.here(at));
    else if ("stood" in answer) {
      const [from, until] = [this.#link.here(answer.from), this.#link.here(answer.until)];
      this.#followed.get(answer.stood)?.stood(from, until);
    } else if ("started" in answer) {
      this.#pace = answer.pace;
      this.#started.resolve();
      this.#rest();
    } else if ("opened" in answer) this.#followed.get(answer.opened)?.opened();
    else if ("failed" in answer)
      this.#fail(answer.failed, Object.assign(new Error(answer.message), { code: answer.code }));
    else if ("closed" in answer) this.#close(answer.closed);
  }

  /** In order, also where another machine's clock is known better from now on. */
  #tell(one: Followed | undefined, values: SampleValues, at: number): void {
    if (one) one.tell(values, (one.last = Math.max(one.last, at)));
  }

  #rest(): void {
    if (this.#followed.size === 0) this.#link.hold(false);
  }

  #close(id: number): void {
    this.#followed.get(id)?.closed();
    this.#followed.delete(id);
    this.#rest();
  }

  #fail(id: number, error: Error): void {
    this.#followed.get(id)?.failed(error);
    this.#close(id);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#over.resolve(error);
    for (const id of this.#followed.keys()) this.#fail(id, error);
    this.#started.resolve();
  }
}
