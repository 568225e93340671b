import { EnvironmentError } from "../errors.ts";
import { longestPause } from "../record/gap.ts";
import type { EventRow, Row, SampleRow, SampleValues, StallRow } from "../record/schema.ts";
import { sampleRow } from "../record/sample.ts";
import { chooseSampler } from "./choose.ts";
import { steady } from "./clock.ts";
import { containerFacts } from "./container-row.ts";
import { subscribe, type ContainerEvent, type Watched } from "./events.ts";
import { isGone } from "./gone.ts";
import type { SamplingOptions, Watch } from "./index.ts";
import { memoryControllerHint } from "./no-memory-controller.ts";
import { firstSampleOf, type Running } from "./running.ts";
import { samplingOfLocal, type Sampling } from "./sampling.ts";
import { watchStalls } from "./stalls.ts";

/** The engine's events and the samplers of all containers that are watched, as of a project. */
export class ProjectWatch implements Watch {
  readonly #options: SamplingOptions;
  readonly #watched: Watched;
  readonly #hz: number;
  readonly #sampling: Sampling;
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
  #stalls: { stop(): void } | undefined;
  #stopped = false;

  constructor(options: SamplingOptions, watched: Watched) {
    this.#options = options;
    this.#watched = watched;
    this.#hz = options.hz ?? 20;
    this.#sampling = options.sampling ?? samplingOfLocal(options.engine);
    this.#zero = steady() - options.now();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** `running`: containers that run already, whose start nobody will tell. */
  async begin(running: ReadonlyMap<string, string> = new Map()): Promise<void> {
    const { engine, source, now } = this.#options;
    if (!source?.startsWith("stats-")) await this.#sampling.ready();
    this.#subscription = await subscribe(
      engine.docker,
      this.#watched,
      (event) => this.#hear(event),
      (cause) => this.#lose("EVENTS_LOST", this.#silence(), cause),
    );
    for (const [container, name] of running)
      if (!this.#running.has(container)) this.#follow(container, name, Math.round(now()));
    this.#stalls = watchStalls(engine.docker, (what, from, until) =>
      this.#noteStall(what, from - this.#zero, until - this.#zero),
    );
  }

  latest(service: string): SampleRow | undefined {
    return this.#newest.get(service);
  }

  async sampled(): Promise<void> {
    await Promise.all([...this.#running.values()].map(firstSampleOf));
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
    this.#stalls?.stop();
    this.#subscription?.close();
    for (const container of this.#running.keys()) this.#release(container);
    await Promise.all(this.#pending);
  }

  #hear(event: ContainerEvent): void {
    if (this.#stopped) return;
    const t = Math.round(this.#options.now());
    const { action, service, exitCode } = event;
    const row: EventRow = {
      type: "event",
      t,
      service,
      action,
      ...(exitCode !== undefined && { exitCode }),
    };
    this.#events.push(row);
    this.#write(row);
    if (action === "pause") this.#pause(event.container, t);
    if (action === "unpause") this.#unpause(event.container);
    if (action === "die") this.#release(event.container, "its end");
    if (action === "start") this.#follow(event.container, service, t);
  }

  #follow(container: string, service: string, t: number): void {
    this.#release(container);
    const first = Promise.withResolvers<void>();
    first.promise.catch(() => {}); // told to who waits for it
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
    const { engine, source, atOnce = false } = this.#options;
    const { service } = running;
    try {
      const info = await engine.docker.getContainer(container).inspect();
      const sampler = await chooseSampler(engine, this.#sampling, container, {
        hz: this.#hz,
        ooms: () => this.events(service, "oom").filter((event) => event.t >= t).length,
        tell: (values, at) => this.#tell(running, values, at - this.#zero),
        stood: (from, until) => this.#noteStood(running, from - this.#zero, until - this.#zero),
        failed: (error) => this.#fail(container, running, error),
        atOnce,
        source,
      });
      if (this.#running.get(container) !== running || this.#stopped) return sampler.close();
      if (!this.#introduced.has(container)) {
        this.#introduced.add(container);
        const { close: _, ...how } = sampler;
        this.#write({ type: "container", t, service, ...containerFacts(info), ...how });
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
    const message = `The container of ${running.service} cannot be measured.`;
    const { code, message: why } = cause as NodeJS.ErrnoException;
    if (code === "NO_MEMORY_CONTROLLER")
      this.#lose(code, `${message} ${why}`, cause, memoryControllerHint);
    else this.#lose("SAMPLING_FAILED", message, cause);
  }

  #pause(container: string, t: number): void {
    const running = this.#running.get(container);
    if (running) running.paused = { from: t };
  }

  #unpause(container: string): void {
    const running = this.#running.get(container);
    const { from, until } = running?.paused ?? {};
    if (!running || from === undefined || until !== undefined) return;
    const t = this.#options.now();
    running.paused = { from, until: t };
    this.#noteStall("box", from, t, running.service);
  }

  /** A pause that the engine tells of is seen in the files as well, less exactly. */
  #noteStood({ service, paused }: Running, from: number, until: number): void {
    if (paused && paused.from <= until && (paused.until ?? until) >= from) return;
    this.#noteStall("box", from, until, service);
  }

  #noteStall(what: StallRow["what"], from: number, until: number, service?: string): void {
    const t = Math.max(0, Math.round(from));
    const end = Math.max(t, Math.round(until));
    this.#write({ type: "stall", t, until: end, what, ...(service !== undefined && { service }) });
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

  #noteGap({ service, sampler, last }: Running, t: number, before?: "its end"): void {
    if (!sampler || t - last <= longestPause(sampler.hz, before)) return;
    this.#write({ type: "gap", t: Math.round(last), until: Math.round(t), service });
  }

  #release(container: string, before?: "its end"): void {
    this.#unpause(container);
    const running = this.#running.get(container);
    this.#running.delete(container);
    running?.first.resolve();
    if (running) this.#track(this.#end(running, this.#options.now(), before));
  }

  /** Closes its sampler, which has samples to tell until then: what is missing is known after that. */
  async #end(running: Running, t: number, before: "its end" | undefined): Promise<void> {
    await running.sampler?.close();
    this.#noteGap(running, t, before);
  }

  #silence(): string {
    return `The engine stopped telling what happens in ${this.#watched.what}.`;
  }

  #lose(code: string, message: string, cause: unknown, hint = engineHint): void {
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

const engineHint = "Is the engine still running? Its own log says why it ended.";
