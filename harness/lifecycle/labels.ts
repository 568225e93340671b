import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Labels on everything a run creates: nothing without them is ever removed. */
export const label = {
  run: "aftershock.run",
  owner: "aftershock.owner",
  scenario: "aftershock.scenario",
  arm: "aftershock.arm",
} as const;

/** The process that a run belongs to, told so that a later one can see whether it still lives. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** Start time in clock ticks since boot, so that a reused pid isn't taken for the owner. */
  readonly started: string;
}

/** This process as an owner, in its label form. */
export function ownerLabel(): string {
  return `${hostname()}:${process.pid}:${startTime(process.pid) ?? "?"}`;
}

/** An owner read back from its label; undefined if the label is not ours. */
export function parseOwner(text: string): Owner | undefined {
  const parts = /^(.+):(\d+):(\d+|\?)$/.exec(text);
  if (!parts) return undefined;
  return { host: parts[1] ?? "", pid: Number(parts[2]), started: parts[3] ?? "?" };
}

/** Whether the owner is gone for certain. One on another machine can't be known, so is not. */
export function isDead(owner: Owner): boolean {
  if (owner.host !== hostname()) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  const started = startTime(owner.pid);
  return owner.started !== "?" && started !== undefined && started !== owner.started;
}

/** Field 22 of /proc/PID/stat; undefined where there is no /proc. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
