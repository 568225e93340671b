import { expect, test } from "vitest";
import { parseBytes } from "../../../harness/scenario/bytes.ts";

test.each([
  ["512 MiB", 512 * 1024 ** 2],
  ["1.5g", 1.5 * 1024 ** 3],
  ["64k", 65536],
  ["512m", 512 * 1024 ** 2],
  ["256 MB", 256e6],
  ["256 mb", 256e6],
  ["1kB", 1000],
  ["1 KiB", 1024],
  ["10 B", 10],
  ["2 GB", 2e9],
])("%s", (text, bytes) => expect(parseBytes(text)).toBe(bytes));

test.each(["", "256", "0", "1.5", "lots", "1 bB", "1 ib", "-1 MiB", "1 MiB 2", "1 PiB"])(
  "%j is no size",
  (text) => expect(parseBytes(text)).toBeUndefined(),
);
