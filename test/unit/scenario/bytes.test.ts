import { expect, test } from "vitest";
import { parseBytes } from "../../../harness/scenario/bytes.ts";

test.each([
  ["512 MiB", 512 * 1024 ** 2],
  ["1.5g", 1.5 * 1024 ** 3],
  ["64k", 65536],
  ["7", 7],
  ["10 B", 10],
  ["2 GB", 2 * 1024 ** 3],
])("%s", (text, bytes) => expect(parseBytes(text)).toBe(bytes));

test.each(["", "lots", "-1 MiB", "1 MiB 2", "1 PiB"])("%j is no size", (text) =>
  expect(parseBytes(text)).toBeUndefined(),
);
