import { AftershockError, ExitCode } from "../../errors.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  /** `note`: a run goes on, and this is worth knowing; `fail`: a run would end with `exitCode`. */
  readonly state: "ok" | "note" | "fail";
  readonly told: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Of the error that a run would end with. */
  readonly code?: string;
  readonly exitCode?: number;
}

export const ok = (what: string, told: string): Finding => ({ what, state: "ok", told });

export const note = (what: string, told: string, hint?: string): Finding => ({
  what,
  state: "note",
  told,
  ...(hint !== undefined && { hint }),
});

/** What the machine or its engine refused, in the words that a run would use; a fault of ours is none of that. */
export function failed(what: string, error: unknown): Finding {
  if (error instanceof TypeError || error instanceof ReferenceError) throw error;
  const told = (error instanceof Error ? error.message : String(error)).trim();
  if (!(error instanceof AftershockError))
    return { what, state: "fail", told, exitCode: ExitCode.environment };
  const { code, exitCode, hint } = error;
  return { what, state: "fail", told, code, exitCode, ...(hint !== undefined && { hint }) };
}

/** What a look gives, or why it failed. */
export async function looked(
  what: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [failed(what, error)];
  }
}
