import type { SampleRow, SampleValues } from "./schema.ts";

/**
 * A single sample as a row: time in whole milliseconds, processor time to 0.1 ms. What only some
 * sources tell is left out where it isn't told.
 */
export function sampleRow(service: string, t: number, values: SampleValues): SampleRow {
  const at = Math.round(t);
  const { fds, sockets, shmem, waitMs, throttledMs, ...always } = values;
  const cpuMs = values.cpuMs === null ? null : Math.round(values.cpuMs * 10) / 10;
  const row: SampleRow = { type: "sample", t: at, until: at, n: 1, service, ...always, cpuMs };
  return Object.assign(
    row,
    isThere(fds) && { fds },
    isThere(sockets) && { sockets },
    isThere(shmem) && { shmem },
    isThere(waitMs) && { waitMs: Math.round(waitMs) },
    isThere(throttledMs) && { throttledMs: Math.round(throttledMs) },
  );
}

const isThere = (value: number | null | undefined) => value !== null && value !== undefined;

/** Whether two samples say the same. */
export function sameValues(a: SampleValues, b: SampleValues): boolean {
  return (
    a.cpuMs === b.cpuMs &&
    a.current === b.current &&
    a.anon === b.anon &&
    a.workingSet === b.workingSet &&
    a.peak === b.peak &&
    a.pids === b.pids &&
    a.processes === b.processes &&
    a.zombies === b.zombies &&
    a.rx === b.rx &&
    a.tx === b.tx &&
    a.oomKills === b.oomKills &&
    a.fds === b.fds &&
    a.sockets === b.sockets &&
    a.shmem === b.shmem &&
    a.waitMs === b.waitMs &&
    a.throttledMs === b.throttledMs
  );
}
