import { cpus } from "node:os";

/** How far back it looks, milliseconds: longer than an arm takes to come up, which is no idling. */
const SPAN = 5_000;
const EVERY = 1_000;

/** Measures, once a second, how many processors of this machine have been idle of late. */
export class IdleProcessors implements Disposable {
  readonly #idleMs: () => number;
  readonly #looks: Look[] = [];
  readonly #timer: NodeJS.Timeout;

  /** `idleMs`: what all processors together have been idle until now, milliseconds. */
  constructor(idleMs = allIdleMs) {
    this.#idleMs = idleMs;
    this.#look();
    this.#timer = setInterval(() => this.#look(), EVERY).unref();
  }

  /** The average over the last 5 s, e.g. 0.4 of 2; 0 until it has looked for that long. */
  now(): number {
    const [first, last] = [this.#looks[0]!, this.#looks.at(-1)!];
    const ms = last.at - first.at;
    return ms >= SPAN ? (last.idle - first.idle) / ms : 0;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const at = performance.now();
    this.#looks.push({ at, idle: this.#idleMs() });
    while (at - (this.#looks[1]?.at ?? at) >= SPAN) this.#looks.shift();
  }
}

interface Look {
  readonly at: number;
  readonly idle: number;
}

const allIdleMs = () => cpus().reduce((sum, { times }) => sum + times.idle, 0);
