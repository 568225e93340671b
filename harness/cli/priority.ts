import { readFileSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";

/**
 * Containers may keep all processors busy; they still have to be driven and heard in time. An
 * ordinary user may not ask for that: then all is as late as the machine makes it.
 */
export function hearInTime(): void {
  attempt(() => setPriority(-10));
  // Linux weighs sessions first and only then the processes of each: with a session of our own,
  // as aftershock.js makes one, its weight counts. A session we share with a shell is not ours.
  attempt(() => leadsSession() && writeFileSync("/proc/self/autogroup", "-15"));
}

/** Whether this process is the leader of its session: field 6 of /proc/self/stat. */
function leadsSession(): boolean {
  const stat = readFileSync("/proc/self/stat", "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]) === process.pid;
}

function attempt(ask: () => unknown): void {
  try {
    ask();
  } catch {
    // not allowed, or not Linux
  }
}
