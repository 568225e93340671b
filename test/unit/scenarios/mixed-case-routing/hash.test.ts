import { assert, constantFrom, property, stringMatching } from "fast-check";
import { describe, expect, test } from "vitest";
import { pickAmong, sdbm } from "../../../../scenarios/mixed-case-routing/hash.ts";

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const domains = stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,30}\.webapps\.test$/);

test("sdbm is the 32-bit sum of bytes times powers of 65599", () => {
  expect(sdbm("")).toBe(0);
  expect(sdbm("a")).toBe(97);
  expect(sdbm("ab")).toBe(97 * 65599 + 98);
  const exact = Buffer.from("www.platform.test").reduce((n, byte) => n * 65599n + BigInt(byte), 0n);
  expect(sdbm("www.platform.test")).toBe(Number(exact % 2n ** 32n));
});

describe("map-based", () => {
  test("takes the remainder over the servers in service, in their order", () => {
    expect(pickAmong("map-based", [1, 2, 4])("a")).toBe([1, 2, 4][97 % 3]);
  });

  test("is blind to case where the number of servers divides 32", () => {
    assert(
      property(domains, constantFrom(1, 2, 4, 8, 16, 32), (domain, n) => {
        const pick = pickAmong("map-based", upTo(n));
        expect(pick(domain)).toBe(pick(domain.toLowerCase()));
      }),
    );
  });

  test("minds case with nine, as the two users of the story found", () => {
    for (const user of ["IronHand", "JoeButy"]) {
      const pick = pickAmong("map-based", upTo(9));
      expect(pick(`${user}.webapps.test`)).not.toBe(pick(`${user.toLowerCase()}.webapps.test`));
    }
  });
});

describe("consistent", () => {
  test("moves no key but those of the server that goes", () => {
    assert(
      property(domains, constantFrom(...upTo(9)), (domain, gone) => {
        const home = pickAmong("consistent", upTo(9))(domain);
        const rest = pickAmong(
          "consistent",
          upTo(9).filter((id) => id !== gone),
        )(domain);
        expect(rest === home).toBe(home !== gone);
      }),
    );
  });
});

test("without a server in service there is nothing to pick", () => {
  expect(() => pickAmong("map-based", [])).toThrow(RangeError);
});
