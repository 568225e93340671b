import { PassThrough, type Duplex } from "node:stream";
import type { Connect, Link } from "./cgroup-sampler.ts";
import { steady } from "./clock.ts";
import { frame, unframer } from "./frames.ts";
import { OtherClock } from "./other-clock.ts";
import type { Answer, Order } from "./protocol.ts";

/** Parts the two outputs that a container's stream carries. */
type Demux = (stream: Duplex, stdout: PassThrough, stderr: PassThrough) => void;

/** Of what the process complains of, as much is told. */
const mostWords = 2000;

/** The link to a sampling process by the stream of its container, and the watch on its clock. */
export class HelperLink implements Link {
  readonly #stream: Duplex;
  readonly #clock = new OtherClock();
  readonly #asked = new Map<number, { readonly sent: number; readonly answered: () => void }>();
  #questions = 0;
  #over = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  /** For a `SamplingProcess`. */
  connect(demux: Demux): Connect {
    return (hear, ended) => {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      let words = "";
      const end = (why: string) => {
        this.#over = true;
        for (const { answered } of this.#asked.values()) answered();
        ended(new Error(`The helper container ${why}${mainOf(words)}`));
      };
      const take = unframer((message) => {
        const answer = message as Answer;
        if ("pong" in answer) this.#read(answer);
        else hear(answer);
      });
      stdout.on("data", (chunk: Buffer) => {
        try {
          take(chunk);
        } catch (error) {
          this.#stream.destroy(error as Error);
        }
      });
      stderr.on("data", (chunk: Buffer) => (words = (words + chunk).slice(-mostWords)));
      demux(this.#stream, stdout, stderr);
      this.#stream.on("error", (error) => end(`cannot be heard any more (${error.message})`));
      this.#stream.on("close", () => end("ended"));
      this.#stream.on("end", () => end("ended"));
      return this;
    };
  }

  send(order: Order): void {
    if (!this.#over) this.#stream.write(frame(order));
  }

  /** Nothing that was told has yet to happen, whatever is known of that clock. */
  here(at: number): number {
    return Math.min(steady(), this.#clock.here(at));
  }

  /** The stream is open for as long as the helper is wanted, with samplers or without. */
  hold(): void {}

  /** Asks what time it is there. Done when it has answered, or won't any more. */
  readClock(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#over) resolve();
    const ping = ++this.#questions;
    this.#asked.set(ping, { sent: steady(), answered: resolve });
    this.send({ ping });
    return promise;
  }

  #read({ pong, at }: Extract<Answer, { pong: number }>): void {
    const question = this.#asked.get(pong);
    this.#asked.delete(pong);
    if (!question) return;
    this.#clock.note(question.sent, at, steady());
    question.answered();
  }
}

/** The line that says what is wrong, among all that a program complains of. */
function mainOf(words: string): string {
  const lines = words.split("\n").filter((line) => line.trim() !== "");
  const line = lines.find((one) => /^\w*Error\b/.test(one)) ?? lines.at(-1);
  return line === undefined ? "" : `: ${line.trim()}`;
}
