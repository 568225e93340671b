import { cleanLine } from "../report/terminal/clean.ts";
import { cut } from "../report/terminal/text.ts";
import type { Output } from "./context.ts";

/** Nobody is to wonder for longer than this whether anything still happens. */
const STILL_MS = 2000;

/** Lines as they come; and, where none comes, what is going on. */
export interface Lines extends Disposable {
  line(text: string): void;
  /** Several lines that are clean already. */
  block(text: string): void;
  /** What is going on from now on; undefined: nothing. */
  doing(what: string | undefined): void;
}

/**
 * Writes lines to a terminal or a pipe. Every two seconds in which there was none it says what is
 * going on and for how long, until the signal aborts: on a terminal in one line that the next takes
 * the place of.
 */
export function createLines(out: Output, columns: number, signal?: AbortSignal): Lines {
  const overwrites = out.isTTY === true;
  let what: string | undefined;
  let since = performance.now();
  let last = since;
  let shown = false;
  const write = (text: string) => {
    out.write(`${shown ? "\r\u001b[K" : ""}${text}`);
    shown = false;
    last = performance.now();
  };
  const still = () => {
    if (what === undefined || signal?.aborted || performance.now() - last < STILL_MS - 300) return;
    const seconds = Math.round((performance.now() - since) / 1000);
    const text = cut(`  ... ${what}, ${seconds} s`, columns - 1);
    write(overwrites ? text : `${text}\n`);
    shown = overwrites;
  };
  const timer = setInterval(still, overwrites ? 500 : 250).unref();
  return {
    line: (text) => write(`${cleanLine(text)}\n`),
    block: write,
    doing(next) {
      if (next === what) return;
      what = next === undefined ? undefined : cleanLine(next);
      since = performance.now();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      if (shown) write("");
    },
  };
}
