import { EnvironmentError } from "../errors.ts";
import type { EventRow, Row, SampleRow, SampleValues } from "../record/schema.ts";
import { sampleRow } from "../record/sample.ts";
import { chooseSampler, prepareSampling } from "./choose.ts";
import { clockJumps, steady } from "./clock.ts";
import { containerFacts } from "./container-row.ts";
import { subscribe, type ContainerEvent } from "./events.ts";
import { isGone } from "./gone.ts";
import type { Watch, WatchOptions } from "./index.ts";
import type { Sampler } from "./sampler.ts";

/** The engine's events and the samplers of all containers of one project. */
export class ProjectWatch implements Watch {
  readonly #options: WatchOptions;
  readonly #hz: number;
  /** The record's time 0 by the steady clock. */
  readonly #zero: number;
  readonly #running = new Map<string, Running>();
  /** Containers that have their row already. */
  readonly #introduced = new Set<string>();
  readonly #newest = new Map<string, SampleRow>();
  readonly #events: EventRow[] = [];
  readonly #listeners = new Set<(row: Row) => void>();
  readonly #lost = new AbortController();
  /** Samplers that are being opened or closed. */
  readonly #pending = new Set<Promise<void>>();
  #subscription: { close(): void } | undefined;
  #clock: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#hz = options.hz ?? 20;
    this.#zero = steady() - options.now();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async begin(): Promise<void> {
    const { engine, project, source } = this.#options;
    await prepareSampling(engine, source);
    this.#subscription = await subscribe(
      engine.docker,
      project,
      (event) => this.#hear(event),
      (cause) =>
        this.#lose("EVENTS_LOST", `The engine stopped telling what happens in ${project}.`, cause),
    );
    const jump = clockJumps();
    this.#clock = setInterval(() => this.#noteJump(jump()), 1000).unref();
  }

  latest(service: string): SampleRow | undefined {
    return this.#newest.get(service);
  }

  async sampled(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ first }) => first.promise));
  }

  events(service: string, action?: EventRow["action"]): readonly EventRow[] {
    return this.#events.filter(
      (event) => event.service === service && (!action || event.action === action),
    );
  }

  onRow(listener: (row: Row) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#clock);
    this.#subscription?.close();
    const running = [...this.#running.values()];
    for (const container of this.#running.keys()) this.#release(container);
    await Promise.all(this.#pending);
    for (const one of running) this.#noteGap(one, this.#options.now());
  }

  #hear(event: ContainerEvent): void {
    if (this.#stopped) return;
    const { now, replicated } = this.#options;
    const t = Math.round(now());
    const service = replicated?.has(event.service)
      ? `${event.service}-${event.number}`
      : event.service;
    const { action, exitCode } = event;
    const row: EventRow = {
      type: "event",
      t,
      service,
      action,
      ...(exitCode !== undefined && { exitCode }),
    };
    this.#events.push(row);
    this.#write(row);
    if (action === "die") this.#release(event.container);
    if (action === "start") this.#follow(event.container, service, t);
  }

  #follow(container: string, service: string, t: number): void {
    this.#release(container);
    const first = Promise.withResolvers<void>();
    const running: Running = { service, last: t, first, early: [] };
    this.#running.set(container, running);
    this.#track(this.#sample(container, running, t));
  }

  #track(pending: Promise<void>): void {
    const done = pending.finally(() => this.#pending.delete(done));
    this.#pending.add(done);
  }

  /** Opens a sampler for a container that has just started. */
  async #sample(container: string, running: Running, t: number): Promise<void> {
    const { engine, source } = this.#options;
    const { service } = running;
    try {
      const info = await engine.docker.getContainer(container).inspect();
      const sampler = await chooseSampler(engine, container, {
        hz: this.#hz,
        ooms: () => this.events(service, "oom").filter((event) => event.t >= t).length,
        tell: (values, at) => this.#tell(running, values, at - this.#zero),
        failed: (error) => this.#fail(container, running, error),
        source,
      });
      if (this.#running.get(container) !== running || this.#stopped) return sampler.close();
      if (!this.#introduced.has(container)) {
        this.#introduced.add(container);
        const { source, hz } = sampler;
        this.#write({ type: "container", t, service, ...containerFacts(info), source, hz });
      }
      running.sampler = sampler;
      for (const told of running.early) this.#tell(running, ...told);
    } catch (error) {
      // A container that ended at once leaves nothing to sample; its events tell the story.
      if (!isGone(error)) this.#fail(container, running, error);
    }
  }

  #fail(container: string, running: Running, cause: unknown): void {
    if (this.#running.get(container) !== running || this.#stopped) return;
    this.#release(container);
    this.#lose("SAMPLING_FAILED", `The container of ${running.service} cannot be measured.`, cause);
  }

  #noteJump(jump: number): void {
    if (jump === 0) return;
    const t = Math.round(this.#options.now());
    this.#write({ type: "observation", t, name: "clock jump", value: jump, unit: "ms" });
  }

  #tell(running: Running, values: SampleValues, t: number): void {
    const { service, sampler, early } = running;
    if (!sampler) return void early.push([values, t]);
    this.#noteGap(running, t);
    running.last = t;
    const row = sampleRow(service, t, values);
    this.#newest.set(service, row);
    running.first.resolve();
    this.#options.sink.sample(row);
    this.#show(row);
  }

  #noteGap({ service, sampler, last }: Running, t: number): void {
    if (!sampler || t - last <= 3 * (1000 / sampler.hz)) return;
    this.#write({ type: "gap", t: Math.round(last), until: Math.round(t), service });
  }

  #release(container: string): void {
    const running = this.#running.get(container);
    this.#running.delete(container);
    running?.first.resolve();
    if (running?.sampler) this.#track(running.sampler.close());
  }

  #lose(code: string, message: string, cause: unknown): void {
    const hint = "Is the engine still running? Its own log says why it ended.";
    this.#lost.abort(new EnvironmentError(code, message, { hint, cause }));
  }

  #write(row: Row): void {
    this.#options.sink.write(row);
    this.#show(row);
  }

  #show(row: Row): void {
    for (const listener of this.#listeners) listener(row);
  }
}

/** One container that runs. */
interface Running {
  readonly service: string;
  /** Undefined until the engine has said what it needs to know. */
  sampler?: Sampler;
  /** When the last sample was taken, or sampling began: a gap begins there. */
  last: number;
  /** Samples that were taken before the container was introduced: its row comes first. */
  readonly early: [SampleValues, number][];
  /** Settled by the first sample, or when there will be none. */
  readonly first: PromiseWithResolvers<void>;
}
