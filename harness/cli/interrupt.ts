import { ExitCode } from "../errors.ts";
import { endAtOnce, onFault } from "./ending.ts";

/** A terminal's Ctrl-C may reach us more than once: by the shell's group and by npm. */
const sameKeyPressMs = 400;

/** What takes longer is left to the watchdog: an engine that is frozen answers nobody. */
const takeDownWithinMs = 10_000;

export interface Interrupt extends Disposable {
  /** Aborts with the first of them. */
  readonly signal: AbortSignal;
  /** The code to end with; undefined while nothing has come. */
  exitCode(): number | undefined;
}

/**
 * The first SIGINT, SIGTERM or end of our parent ends the run in order, a second one at once. A
 * fault that nobody caught ends it in order, too.
 */
export function listenForInterrupt(tell: (line: string) => void = told): Interrupt {
  const controller = new AbortController();
  let code: number | undefined;
  let first = 0;
  const begin = (exitCode: number, what: string) => {
    first = performance.now();
    code = exitCode;
    tell(`${what}: taking everything down; once more ends at once`);
    controller.abort(new Error("interrupted"));
    setTimeout(() => {
      tell(`not all is down after ${takeDownWithinMs / 1000} s: this ends now`);
      endAtOnce(exitCode);
    }, takeDownWithinMs).unref();
  };
  const on = (exitCode: number, what: string) => () => {
    if (!controller.signal.aborted) begin(exitCode, what);
    else if (performance.now() - first > sameKeyPressMs) endAtOnce(exitCode);
  };
  const listeners = Object.entries({
    SIGINT: on(ExitCode.interrupted, "interrupted"),
    SIGTERM: on(ExitCode.terminated, "asked to end"),
    SIGHUP: on(ExitCode.terminated, "the terminal is gone"),
    disconnect: on(ExitCode.terminated, "the parent process is gone"),
  });
  for (const [event, listener] of listeners) process.on(event, listener);
  onFault(() => controller.signal.aborted || begin(ExitCode.internal, "a fault"));
  return {
    signal: controller.signal,
    exitCode: () => code,
    [Symbol.dispose]() {
      for (const [event, listener] of listeners) process.off(event, listener);
      onFault(undefined);
    },
  };
}

const told = (line: string) => void process.stderr.write(`\n${line}\n`);
