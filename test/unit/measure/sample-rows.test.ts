import fc from "fast-check";
import { expect, test } from "vitest";
import { packSamples, unpackSamples } from "../../../harness/measure/sample-rows.ts";

const number = fc.option(fc.double({ noNaN: true, min: 0 }));
const values = fc.record({
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
});
const sample = fc.record({ sampler: fc.nat(), at: fc.double({ noNaN: true, min: 0 }), values });

test("samples come out as they were packed", () => {
  fc.assert(
    fc.property(fc.array(sample), (samples) => {
      expect(unpackSamples(packSamples(samples))).toEqual(samples);
    }),
  );
});
