import { assert, nat, property, uniqueArray } from "fast-check";
import { expect, test } from "vitest";
import { frame, unframer } from "../../../harness/measure/frames.ts";
import type { Answer, Order } from "../../../harness/measure/protocol.ts";

const messages: (Order | Answer)[] = [
  { started: true, pace: 1.334 },
  { samples: Float64Array.of(1, 18_452_480, Number.NaN, -0.5, Number.MAX_SAFE_INTEGER) },
  { ping: 3 },
  { id: 1, hz: 20, place: { version: 2, container: "f00d" } },
  { failed: 7, message: "ENOENT: päth", code: "ENOENT" },
  { samples: new Float64Array() },
];

test("messages come out as they went in, wherever the stream is cut", () => {
  const bytes = Buffer.concat(messages.map(frame));
  const cuts = uniqueArray(nat(bytes.length), { maxLength: 20 });
  assert(
    property(cuts, (at) => {
      const told: unknown[] = [];
      const take = unframer((message) => told.push(message));
      const ends = [0, ...at.toSorted((a, b) => a - b), bytes.length];
      ends.slice(1).forEach((end, i) => take(bytes.subarray(ends[i], end)));
      expect(told).toEqual(messages);
    }),
  );
});

test("samples of a window into a larger memory are that window", () => {
  const all = Float64Array.of(1, 2, 3, 4);
  const told: unknown[] = [];
  unframer((message) => told.push(message))(frame({ samples: all.subarray(1, 3) }));
  expect(told).toEqual([{ samples: Float64Array.of(2, 3) }]);
});

test.each([
  ["words", Buffer.from("bash: node: command not found\n")],
  ["an endless message", Buffer.from([0xff, 0xff, 0xff, 0xff, 0])],
  ["an unknown kind", Buffer.from([1, 0, 0, 0, 9, 0])],
])("%s is no message of ours", (_, bytes) => {
  expect(() => unframer(() => {})(bytes)).toThrow("no message of the sampling process");
});
