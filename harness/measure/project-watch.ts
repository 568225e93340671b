import { EnvironmentError } from "../errors.ts";
import type { EventRow, Row, SampleRow, SampleValues } from "../record/schema.ts";
import { sampleRow } from "../record/writer.ts";
import { chooseSampler } from "./choose.ts";
import { clockJumps } from "./clock.ts";
import { containerFacts } from "./container-row.ts";
import { subscribe, type ContainerEvent } from "./events.ts";
import { isGone } from "./gone.ts";
import type { Watch, WatchOptions } from "./index.ts";
import type { Sampler } from "./sampler.ts";
import { startTicker } from "./ticker.ts";

/** The engine's events and the samplers of all containers of one project. */
export class ProjectWatch implements Watch {
  readonly #options: WatchOptions;
  readonly #hz: number;
  readonly #running = new Map<string, Running>();
  /** Containers that have their row already. */
  readonly #introduced = new Set<string>();
  readonly #newest = new Map<string, SampleRow>();
  readonly #events: EventRow[] = [];
  readonly #listeners = new Set<(row: Row) => void>();
  readonly #lost = new AbortController();
  readonly #starting = new Set<Promise<void>>();
  #subscription: { close(): void } | undefined;
  #ticker: { stop(): void } | undefined;
  readonly #jump = clockJumps();
  #beat = 0;
  #stopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#hz = options.hz ?? 20;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async begin(): Promise<void> {
    const { engine, project, now } = this.#options;
    this.#subscription = await subscribe(
      engine.docker,
      project,
      (event) => this.#hear(event),
      (cause) =>
        this.#lose("EVENTS_LOST", `The engine stopped telling what happens in ${project}.`, cause),
    );
    this.#ticker = startTicker(now, 1000 / this.#hz, () => this.#tick());
  }

  latest(service: string): SampleRow | undefined {
    return this.#newest.get(service);
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
    this.#ticker?.stop();
    this.#subscription?.close();
    await Promise.all(this.#starting);
    for (const [container, running] of this.#running) {
      this.#noteGap(running, this.#options.now());
      this.#release(container);
    }
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
    const running: Running = { service, last: t };
    this.#running.set(container, running);
    const starting = this.#sample(container, running, t).finally(() =>
      this.#starting.delete(starting),
    );
    this.#starting.add(starting);
  }

  /** Opens a sampler for a container that has just started. */
  async #sample(container: string, running: Running, t: number): Promise<void> {
    const { engine, source } = this.#options;
    const { service } = running;
    try {
      const info = await engine.docker.getContainer(container).inspect();
      const sampler = await chooseSampler(engine, container, {
        hz: this.#hz,
        ooms: () => this.events(service, "oom").length,
        tell: (values) => this.#tell(running, values),
        source,
      });
      if (this.#running.get(container) !== running || this.#stopped) return sampler.close();
      running.sampler = sampler;
      if (!this.#introduced.has(container)) {
        this.#introduced.add(container);
        const { source, hz } = sampler;
        this.#write({ type: "container", t, service, ...containerFacts(info), source, hz });
      }
      sampler.tick();
    } catch (error) {
      // A container that ended at once leaves nothing to sample; its events tell the story.
      if (isGone(error) || this.#running.get(container) !== running || this.#stopped) return;
      this.#lose("SAMPLING_FAILED", `The container of ${service} cannot be measured.`, error);
    }
  }

  #tick(): void {
    this.#beat++;
    const jump = this.#jump();
    if (jump !== 0) {
      const t = Math.round(this.#options.now());
      this.#write({ type: "observation", t, name: "clock jump", value: jump, unit: "ms" });
    }
    for (const [container, { service, sampler }] of this.#running) {
      if (!sampler || this.#beat % Math.round(this.#hz / sampler.hz) !== 0) continue;
      try {
        sampler.tick();
      } catch (error) {
        this.#release(container);
        this.#lose("SAMPLING_FAILED", `The container of ${service} cannot be measured.`, error);
      }
    }
  }

  #tell(running: Running, values: SampleValues): void {
    const { sink, now } = this.#options;
    const { service } = running;
    const t = now();
    this.#noteGap(running, t);
    running.last = t;
    const row = sampleRow(service, t, values);
    this.#newest.set(service, row);
    sink.sample(service, t, values);
    this.#show(row);
  }

  #noteGap({ service, sampler, last }: Running, t: number): void {
    if (!sampler || t - last <= 3 * (1000 / sampler.hz)) return;
    this.#write({ type: "gap", t: Math.round(last), until: Math.round(t), service });
  }

  #release(container: string): void {
    this.#running.get(container)?.sampler?.close();
    this.#running.delete(container);
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
}
