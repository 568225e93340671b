import { array, assert, double, property, record } from "fast-check";
import { expect, test } from "vitest";
import { OtherClock } from "../../../harness/measure/other-clock.ts";

const delay = double({ min: 0, max: 500, noNaN: true });
const reading = record({ there: delay, back: delay, pause: delay });
const offset = double({ min: -1e9, max: 1e9, noNaN: true });
/** Two machines' clocks, each slewed by 500 ppm at most. */
const drift = double({ min: -1e-3, max: 1e-3, noNaN: true });
/** For rounding: of a month in milliseconds, a double's last digits are these. */
const tiny = 1e-5;

test("it is never further off than it says, whatever the delays and however the clocks drift", () => {
  assert(
    property(array(reading, { minLength: 1 }), offset, drift, (readings, ahead, rate) => {
      const clock = new OtherClock();
      const other = (here: number) => ahead + here * (1 + rate);
      let now = 0;
      for (const { there, back, pause } of readings) {
        const sent = (now += pause);
        const read = other((now += there));
        clock.note(sent, read, (now += back));
        expect(Math.abs(clock.here(other(now)) - now)).toBeLessThanOrEqual(clock.error + tiny);
      }
    }),
  );
});

test("one quick answer among slow ones is enough", () => {
  const clock = new OtherClock();
  const ask = (at: number, way: number) => clock.note(at, 7000 + at + way, at + 2 * way);
  ask(0, 40);
  ask(100, 0.5);
  ask(200, 40);
  expect(clock.error).toBeLessThan(0.7);
  expect(clock.here(7300)).toBeCloseTo(300, 0);
});

test("a machine that has slept is known again by the next answer", () => {
  const clock = new OtherClock();
  clock.note(0, 5000, 2);
  clock.note(1000, 6000, 1002);
  // For half a minute it stood still.
  clock.note(31_000, 6100, 31_002);
  expect(clock.here(6100)).toBeCloseTo(31_001, 3);
});
