import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import {
  fateOf,
  ownerLabel,
  parseOwner,
  thisOwner,
  type Owner,
} from "../../../harness/lifecycle/labels.ts";

const me = thisOwner();
const other = (given: Partial<Owner>): Owner => ({ ...me, ...given });
const gone = spawnSync("true").pid;
const linux = process.platform === "linux";

test("this process is alive by its own label", () => {
  const owner = parseOwner(ownerLabel(me));
  expect(owner).toEqual(me);
  expect(fateOf(me)).toBe("alive");
});

test("a process that has ended is dead", () =>
  expect(fateOf(other({ pid: gone, started: "1" }))).toBe("dead"));

test.runIf(linux)("a pid that another process got since is dead", () =>
  expect(fateOf(other({ started: "1" }))).toBe("dead"),
);

test.runIf(linux)("one that has ended, and whose end nobody asked for, is dead", async () => {
  // The shell's child ends; what the shell has become never asks for it.
  const child = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const pid = Number(String((await once(child.stdout, "data"))[0]));
  const stat = () => readFileSync(`/proc/${pid}/stat`, "utf8").split(" ");
  await vi.waitUntil(() => stat()[2] === "Z");
  expect(fateOf(other({ pid, started: stat()[21]! }))).toBe("dead");
  child.kill();
});

test.each([
  ["in another pid namespace of this machine", { namespace: "4026532999" }],
  ["on another machine", { boot: "another", machine: "another" }],
  [
    "in a container with our machine id, after another boot",
    { boot: "b", namespace: "4026532999" },
  ],
  ["of an engine that another user's machine shares", { boot: "another", machine: "image/ci" }],
])("an owner %s is not known to be dead, whatever its pid", (_, given) => {
  const owner = other({ pid: gone, started: "1", ...given });
  expect(fateOf(owner)).toBe("unknown");
});

test("its lease ends: nothing lives so long, and none of it is renewed", () => {
  const owner = other({ namespace: "4026532999" });
  const day = 24 * 3600 * 1000;
  expect(fateOf(owner, undefined, Date.now() + day)).toBe("unknown");
  expect(fateOf(owner, undefined, Date.now() + 3 * day)).toBe("dead");
});

test.runIf(linux && process.getuid?.() === 0)(
  "in a pid namespace of its own, a sweep does not take this process for dead",
  () => {
    const labels = join(import.meta.dirname, "../../../harness/lifecycle/labels.ts");
    const script = `import { fateOf, parseOwner } from ${JSON.stringify(labels)};
      console.log(fateOf(parseOwner(${JSON.stringify(ownerLabel(me))})));`;
    const node = [process.execPath, "--input-type=module", "--eval", script];
    const ask = (...command: readonly string[]) =>
      spawnSync(command[0]!, command.slice(1), { encoding: "utf8" }).stdout.trim();
    expect(ask(...node)).toBe("alive");
    expect(ask("unshare", "--pid", "--fork", "--mount-proc", ...node)).toBe("unknown");
  },
);

test("an owner of an earlier boot is dead where both lived on the machine itself", () => {
  const first = { namespace: "4026531836", machine: "id/host" };
  const before = other({ ...first, boot: "before" });
  expect(fateOf(before, { ...first, boot: "now" })).toBe("dead");
  expect(fateOf(before, { ...first, boot: "now", machine: "id/other" })).toBe("unknown");
  expect(fateOf(before, { ...first, boot: "now", namespace: "4026532999" })).toBe("unknown");
});

test("what cannot be told is no match", () => {
  const nowhere = { boot: "?", namespace: "?", machine: "?" };
  expect(fateOf(other({ ...nowhere, pid: gone, started: "1" }), nowhere)).toBe("unknown");
});

test("a label of the older form is read, and says nothing of its owner's fate", () => {
  const owner = parseOwner(`some-host:${gone}:1`);
  expect(owner).toMatchObject({ pid: gone, started: "1", machine: "some-host" });
  expect(fateOf(owner!)).toBe("unknown");
});

test.each(["", "x", "host:abc:1", "a b c d e f"])("%j is no owner", (text) =>
  expect(parseOwner(text)).toBeUndefined(),
);
