import { describe, expect, test } from "vitest";
import { plainText } from "../../../harness/lifecycle/logs.ts";

function frame(text: string, stream = 1): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

function readIn(chunks: readonly Buffer[], most = 1000): string {
  const text = plainText(most);
  chunks.forEach(text.take);
  return text.end();
}

describe("plainText", () => {
  const whole = Buffer.concat([frame("out\n"), frame("err\n", 2), frame(""), frame("last\n")]);

  test.each([1, 3, 7, 8, 9, 100])("takes frames apart in chunks of %i bytes", (size) => {
    const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
      whole.subarray(i * size, (i + 1) * size),
    );
    expect(readIn(chunks)).toBe("out\nerr\nlast\n");
  });

  test("keeps the last bytes, and says how many are left out", () => {
    const chunks = Array.from({ length: 100_000 }, (_, i) => frame(`${i % 10}`));
    expect(readIn(chunks, 20)).toBe("[99980 bytes before are left out]\n01234567890123456789");
  });

  test("what comes from a terminal has no frames", () => {
    expect(readIn([Buffer.from("a terminal's own words")])).toBe("a terminal's own words");
    expect(readIn([Buffer.from("short")])).toBe("short");
    expect(readIn([])).toBe("");
  });
});
