import { readdirSync, readFileSync } from "node:fs";

/** Ids of the processes that a process has started and that still live. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")
      .split(" ")
      .filter(Boolean)
      .map(Number),
  );
}

/** Processor time that this process and its children have used, also those that ended, milliseconds. */
export function processorMs(): number {
  // From schedstat, in nanoseconds: stat counts in hundredths of a second.
  const threads = [process.pid, ...childrenOf(process.pid)].flatMap((pid) =>
    readdirSync(`/proc/${pid}/task`).map((id) => `/proc/${pid}/task/${id}/schedstat`),
  );
  const living = threads.reduce(
    (sum, path) => sum + Number.parseInt(readFileSync(path, "utf8")),
    0,
  );
  return living / 1e6 + endedMs();
}

/** That of children that have ended and were waited for. */
function endedMs(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(13, 15);
  return (Number(user) + Number(system)) * 10;
}
