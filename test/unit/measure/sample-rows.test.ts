import { array, assert, double, nat, option, property, record } from "fast-check";
import { expect, test } from "vitest";
import { packSamples, unpackSamples } from "../../../harness/measure/sample-rows.ts";

const number = option(double({ noNaN: true, min: 0 }));
const values = record({
  anon: number,
  workingSet: number,
  current: number,
  peak: number,
  pids: number,
  processes: number,
  zombies: number,
  rx: number,
  tx: number,
  cpuMs: number,
  oomKills: number,
  fds: number,
  sockets: number,
  shmem: number,
  waitMs: number,
  throttledMs: number,
});
const sample = record({ sampler: nat(), at: double({ noNaN: true, min: 0 }), values });

test("samples come out as they were packed", () => {
  assert(
    property(array(sample), (samples) => {
      expect(unpackSamples(packSamples(samples))).toEqual(samples);
    }),
  );
});
