import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { eachLine } from "../../../harness/measure/lines.ts";

test("lines come whole, however the stream was cut into chunks", async () => {
  const line = fc
    .string({ unit: "grapheme", minLength: 1 })
    .filter((text) => text.trim() !== "" && !text.includes("\n"));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(40)), async (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
      const stream = new PassThrough();
      const seen: string[] = [];
      eachLine(stream, (text) => seen.push(text));
      let at = 0;
      for (const size of cuts) stream.write(bytes.subarray(at, (at += size)));
      stream.end(bytes.subarray(at));
      await finished(stream);
      expect(seen).toEqual(lines);
    }),
  );
});
