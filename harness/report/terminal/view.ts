import type { Progress } from "../../progress.ts";
import type { Reporter } from "../reporter.ts";

/** A terminal, or anything that takes lines. */
export interface ViewStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Every hook is there: the caller need not ask. Setting up is told as the run itself is. */
export type LiveView = Required<Omit<Reporter, "row">> & Progress;
