import { closeSync, openSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
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

test("counts the sockets of a container's network, and is null where there is no telling", async () => {
  const counter = new SocketCounter();
  const before = counter.read(process.pid)!;
  const servers = Array.from({ length: 20 }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((done) => server.once("listening", done))));
  expect(counter.read(process.pid)! - before).toBeGreaterThanOrEqual(20);
  servers.forEach((server) => server.close());
  counter.close();
  expect(new SocketCounter().read(2 ** 22 + 1)).toBeNull();
});
