import { describe, expect, test } from "vitest";
import { NotPlain, plainCopy, said } from "../../../harness/scenario/plain.ts";

test("plain data is copied, functions stay, shared parts are no circle", () => {
  const shared = { cpus: 1 };
  const drive = () => undefined;
  const data = { a: shared, b: [shared, null, "x", 3, undefined], drive };
  expect(plainCopy(data)).toEqual(data);
  expect(plainCopy(data)).not.toBe(data);
});

test("a getter is asked once", () => {
  let asked = 0;
  const copy = plainCopy({ get id() { return `id-${++asked}`; } }) as { id: string }; // prettier-ignore
  expect([copy.id, copy.id, asked]).toEqual(["id-1", "id-1", 1]);
});

test("__proto__ as a key stays a key", () => {
  const copy = plainCopy(JSON.parse('{"__proto__": {"polluted": 1}}')) as object;
  expect(Object.keys(copy)).toEqual(["__proto__"]);
  expect(copy).not.toHaveProperty("polluted");
});

const circle: Record<string, unknown> = { a: [] };
(circle["a"] as unknown[]).push(circle);
const deep = (levels: number) => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value, value];
  return value;
};

describe("what is not plain is told with its place", () => {
  test.each<[string, unknown, readonly PropertyKey[], RegExp]>([
    ["a circle", circle, ["a", 0], /circle/],
    ["a promise", Promise.resolve({}), [], /Promise: await it/],
    ["a proxy", { arms: new Proxy({}, {}) }, ["arms"], /Proxy/],
    ["a map", { arms: new Map() }, ["arms"], /Map/],
    ["an instance", { judge: new URL("file:///x") }, ["judge"], /URL/],
    [
      "a getter that throws",
      {
        arms: {
          get broken() {
            throw new Error("no\nway\u001b[31m");
          },
        },
      },
      ["arms", "broken"],
      /^reading it throws: no way \[31m$/,
    ],
    ["a long list", { plots: Array(1e8) }, ["plots"], /list of/],
    ["two to the thirtieth", { plots: deep(30) }, ["plots"], /more than 20000 values/],
    ["a long text", { title: "x".repeat(1e6) }, ["title"], /characters/],
  ])("%s", (_, value, path, message) => {
    try {
      plainCopy(value);
      expect.fail("it is copied");
    } catch (error) {
      if (!(error instanceof NotPlain)) throw error;
      expect(error.path.slice(0, path.length)).toEqual(path);
      expect(error.message).toMatch(message);
    }
  });
});

test.each([
  [undefined, "undefined"],
  [Symbol("x"), "Symbol(x)"],
  [Object.create(null), "something that can't be told"],
  [new Error(""), "nothing is said"],
  [new Error(`a\n\tb ${"c".repeat(1000)}`), `a b ${"c".repeat(296)}...`],
])("%o thrown is one line", (thrown, line) => expect(said(thrown)).toBe(line));
