import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { countDescriptors, SocketCounter } from "../../../harness/measure/descriptors.ts";

test("counts the open descriptors of all processes", () => {
  const before = countDescriptors([process.pid])!;
  const files = Array.from({ length: 100 }, () => openSync("/dev/null", "r"));
  expect(countDescriptors([process.pid])! - before).toBe(100);
  // The listing itself has one open.
  expect(countDescriptors([process.pid])).toBe(readdirSync("/proc/self/fd").length - 1);
  expect(countDescriptors([process.pid, process.pid])).toBe(2 * (before + 100));
  files.forEach(closeSync);
});

test("a process that has just ended has none", () => {
  expect(countDescriptors([2 ** 22 + 1])).toBe(0);
});

test("of more processes than can be looked at in time nothing is told, rather than too little", () => {
  expect(countDescriptors(Array.from({ length: 1000 }, () => process.pid))).toBeNull();
});

/** Listens on twenty sockets in a network of its own, where nobody else opens and closes any. */
const listening = `let left = 20;
  for (let i = 0; i < 20; i += 1)
    require("node:net").createServer().listen(0, "0.0.0.0", () => --left || console.log("all"));`;
const alone = process.getuid?.() === 0 ? ["--net"] : ["--user", "--map-root-user", "--net"];

test("counts the sockets of a container's network, and is null where there is no telling", async () => {
  const servers = spawn("unshare", [...alone, process.execPath, "-e", listening]);
  const counter = new SocketCounter();
  try {
    await once(servers.stdout, "data");
    expect(counter.read(servers.pid!)).toBe(20);
  } finally {
    servers.kill("SIGKILL");
    counter.close();
  }
  expect(new SocketCounter().read(2 ** 22 + 1)).toBeNull();
});
