import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { label, ownerLabel, thisOwner } from "../../../harness/lifecycle/labels.ts";
import { labelled, remove, sweep } from "../../../harness/lifecycle/sweep.ts";
import { oddEngine, type Answer } from "../../support/odd-engine.ts";

const me = thisOwner();
const dead = ownerLabel({ ...me, pid: spawnSync("true").pid, started: "1" });
const elsewhere = ownerLabel({ ...me, namespace: "4026532999", pid: 1, started: "1" });
const owned = (owner: string) => ({ [label.run]: "r", [label.owner]: owner });

/** Containers by name and owner, and one network of a dead run's. */
const holding = (containers: Readonly<Record<string, string>>, removal: Answer = [204]) =>
  oddEngine((asked) => {
    if (asked === "GET /containers/json")
      return [
        200,
        Object.entries(containers).map(([name, owner]) => ({
          Id: name,
          Names: [`/${name}`],
          Labels: owned(owner),
        })),
      ];
    if (asked === "GET /networks") return [200, [{ Id: "net", Name: "net", Labels: owned(dead) }]];
    if (asked === "GET /volumes") return [200, { Volumes: null }];
    return asked === "DELETE /containers/stuck" ? removal : [204];
  });

test("what dead runs left goes; what lives, may live or is not known stays, and is told", async () => {
  const old = "some-host:1:1";
  using engine = await holding({ a: dead, b: ownerLabel(me), c: elsewhere, d: old, e: "?" });
  const { removed, left } = await sweep(engine.docker);
  expect(removed.map(({ name }) => name)).toEqual(["a", "net"]);
  expect(left.map(({ name, why }) => `${name}: ${why}`)).toEqual([
    `b: its run lives (process ${process.pid})`,
    expect.stringMatching(/^c: its run may live in another container .* until 20\d\d-/),
    expect.stringMatching(/^d: an older version made it/),
    "e: it does not say whose it is",
  ]);
  const deleted = engine.asked.filter((asked) => asked.startsWith("DELETE"));
  expect(deleted).toEqual(["DELETE /containers/a", "DELETE /networks/net"]);
});

test("one that can't be removed keeps nothing else, and is thrown", async () => {
  using engine = await holding({ stuck: dead, a: dead }, [500, { message: "device busy" }]);
  const things = await labelled(engine.docker);
  await expect(remove(engine.docker, things)).rejects.toThrow("device busy");
  expect(engine.asked).toEqual(
    expect.arrayContaining(["DELETE /containers/a", "DELETE /networks/net"]),
  );
});

test.each([404, 409])("one that is gone, or going (%i), is no failure", async (status) => {
  using engine = await holding({ stuck: dead }, [status, { message: "no" }]);
  await remove(engine.docker, await labelled(engine.docker));
  expect(engine.asked).toContain("DELETE /networks/net");
});
