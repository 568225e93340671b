/**
 * How fast a large honest record is read, and judged: `node test/bench/record.ts [MB]` (100).
 * Ten services at 20 Hz that are never idle, a load a tick, a judge that looks at everything.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgeArm } from "../../harness/judge/verdict.ts";
import { openRecord, readRecord, type Row } from "../../harness/record/index.ts";
import { claim, defineScenario, MiB } from "../../harness/scenario/index.ts";
import { head } from "../support/rows.ts";

const megabytes = Number(process.argv[2] ?? 100);
const services = Array.from({ length: 10 }, (_, i) => `box-${i + 1}`);
const windows = Array.from({ length: 100 }, (_, i) => ({ from: i * 100, to: (i + 1) * 100 }));

const definition = defineScenario({
  id: "large",
  title: "A large record",
  story: "Told for a benchmark.",
  source: { document: "none", publisher: "none", published: "2026-01-02" },
  scaled: [],
  needs: { memory: "1 GiB" },
  arms: { broken: { role: "broken" }, fixed: { role: "fixed" } },
  plots: [],
  ready: [],
  drive: () => Promise.resolve(),
  judge: {
    guards: (e) => [{ what: "requests", ok: e.load("requests") > 0 }],
    figures: (e) => ({ peak: { value: e.peak("box-1"), unit: "B" } }),
    broken: (e) => [
      ...services.flatMap((service) => [
        claim.rise(`rise-${service}`, {
          says: "memory rises",
          series: e.series(service, "anon"),
          before: e.phase("baseline"),
          during: e.phase("load"),
          atLeast: MiB,
        }),
        claim.peak(`peak-${service}`, {
          says: "it peaks",
          measured: e.peak(service, e.phase("load")),
          atLeast: MiB,
        }),
        claim.never(`kills-${service}`, { says: "nothing dies", times: e.oomKills(service) }),
      ]),
      claim.count("all-along", {
        says: "load in each of 100 windows",
        n: windows.filter((window) => e.load("requests", window) > 0).length,
        exactly: windows.length,
      }),
      claim.count("seen", {
        says: "rows are counted in each of 100 windows",
        n: windows.filter((window) => e.observedSeries("rows", window).v.length > 0).length,
        exactly: windows.length,
      }),
    ],
    fixed: () => [],
  },
});

/** What one tick of 50 ms leaves: a sample of each service, a load and an observation. */
function tick(t: number): readonly Row[] {
  const memory = 30 * MiB + (t % 600_000) * 512;
  return [
    ...services.map((service, i): Row => {
      const at = t + i;
      return {
        type: "sample",
        t: at,
        until: at,
        n: 1,
        service,
        anon: memory,
        workingSet: memory + 3 * MiB,
        current: memory + 5 * MiB,
        peak: 500 * MiB + t,
        pids: 12,
        processes: 9,
        zombies: 0,
        rx: t * 77,
        tx: t * 91,
        cpuMs: t / 4,
        oomKills: 0,
      };
    }),
    { type: "load", t, name: "requests", count: 3 },
    { type: "observation", t, name: "rows", value: t },
  ];
}

const folder = mkdtempSync(join(tmpdir(), "aftershock-bench-"));
try {
  const path = join(folder, "large.ndjson");
  const writer = openRecord(path, { ...head(), scenario: "large" });
  for (const service of services) {
    const limits = { memory: 512 * MiB, pids: 64, cpus: 1 };
    const container = `${service}-1`;
    writer.write({
      type: "container",
      t: 0,
      service,
      container,
      image: "box",
      source: "cgroup-v2",
      hz: 20,
      limits,
    });
  }
  writer.write({ type: "phase", t: 0, name: "baseline" });
  let t = 0;
  const ticks = (megabytes * 1e6) / 2720;
  for (let i = 0; i < ticks; i += 1, t += 50) {
    if (i === 40) writer.write({ type: "phase", t, name: "load" });
    for (const row of tick(t)) writer.write(row);
  }
  const spent = { up: 0, drive: t, down: 0 };
  await writer.close({ type: "tail", t, outcome: "completed", spent });

  const size = statSync(path).size / 1e6;
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const { rows } = readRecord(path);
  const [read, cpuRead] = [performance.now(), process.cpuUsage(cpu)];
  const { verdict, reason } = judgeArm(definition, rows);
  const [judged, cpuJudged] = [performance.now(), process.cpuUsage(cpu)];
  const rate = (ms: number) => `${((1000 * size) / ms).toFixed(0)} MB/s`;
  const used = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;
  console.log(`${size.toFixed(0)} MB, ${rows.length} rows: ${verdict} ${reason ?? ""}`);
  console.log(`by the clock: read ${rate(read - began)}, read and judged ${rate(judged - began)}`);
  console.log(
    `by processor time: read ${rate(used(cpuRead))}, read and judged ${rate(used(cpuJudged))}`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
