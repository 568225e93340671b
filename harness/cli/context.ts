import type { CommandContext } from "@stricli/core";

/** Where text is shown: a terminal, a file, a pipe. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a verb is given as `this`. Its standard output takes text from anywhere: it is cleaned. */
export interface VerbContext extends CommandContext {
  readonly process: CommandContext["process"] & {
    /** Standard output itself, for what is clean and has colours of ours. */
    readonly terminal: Output;
    /** How the process will end; 0 if the verb says nothing. */
    exitCode?: number;
    /** False where the verb's exit code says it all, and the output is for a person. */
    needsOutput?: boolean;
  };
}
