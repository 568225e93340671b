/// <reference lib="esnext.disposable" preserve="true" />
/** How long work tells what it does: the command line prints it, tests and libraries drop it. */
export interface Progress {
  /**
   * Runs one step; `what` says what and why in a few words. The time is told when it ends. `plain`
   * says the same without a name, for who is not to know what it is of.
   */
  step<T>(what: string, run: () => Promise<T>, plain?: string): Promise<T>;
  /** One line worth knowing that is no step. */
  note(line: string): void;
  /** Where what goes on is drawn anew all the time: shows what `what` says, until it is disposed of. */
  live?(what: () => string): Disposable;
}

/** Tells nobody. */
export const silent: Progress = {
  step: (_what, run) => run(),
  note: () => undefined,
};
