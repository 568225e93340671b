import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { field } from "../../../harness/measure/kernel-file.ts";
import { parseNetDev } from "../../../harness/measure/network.ts";

test("a field is found by its whole name, in the first line, in the last, or not at all", () => {
  const text = "anon 1\nanon_thp 2\ninactive_anon 3\nfile 4";
  expect(field(text, "anon")).toBe(1);
  expect(field(text, "anon_thp")).toBe(2);
  expect(field(text, "file")).toBe(4);
  expect(field(text, "thp")).toBeNull();
  expect(field(text, "slab")).toBeNull();
  expect(field("", "anon")).toBeNull();
});

test("every field of any such file is found", () => {
  const key = fc.stringMatching(/^[a-z_]{1,12}$/);
  fc.assert(
    fc.property(fc.dictionary(key, fc.nat(), { noNullPrototype: true }), (fields) => {
      const text = Object.entries(fields)
        .map(([name, value]) => `${name} ${value}\n`)
        .join("");
      for (const [name, value] of Object.entries(fields)) expect(field(text, name)).toBe(value);
    }),
  );
});

test("traffic is the sum of all interfaces but loopback", () => {
  const one = readFileSync(new URL("../../fixtures/net-dev.txt", import.meta.url), "utf8");
  expect(parseNetDev(one)).toEqual({ rx: 646, tx: 0 });
  const line = (name: string, rx: number, tx: number) =>
    `${name}: ${rx} 1 0 0 0 0 0 0 ${tx} 2 0 0 0 0 0 0\n`;
  // Wide numbers leave no blank behind the colon.
  const three = `a\nb\n${line("    lo", 5, 5)}  eth0:12345678901 1 0 0 0 0 0 0 7 2 0 0 0 0 0 0\n${line(" eth12", 1, 2)}`;
  expect(parseNetDev(three)).toEqual({ rx: 12_345_678_902, tx: 9 });
});
