import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cgroupFinder, cgroupMounts } from "../../../harness/engine/cgroup.ts";

const id = "0123456789abcdef".repeat(4);

it("knows the mount point of each controller, also of those mounted together", () => {
  const mounts = `tmpfs /sys/fs/cgroup tmpfs rw 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
`;
  expect(cgroupMounts(mounts)).toMatchObject({
    cpuacct: "/sys/fs/cgroup/cpu,cpuacct",
    memory: "/sys/fs/cgroup/memory",
    unified: "/sys/fs/cgroup/unified",
  });
});

describe("a container's cgroup", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "cgroup-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it.each([
    `docker/${id}`,
    `aftershock/1234abcd/${id}`,
    `some-parent/${id}`,
    `system.slice/docker-${id}.scope`,
  ])("is found at %s", (folder) => {
    mkdirSync(join(root, folder), { recursive: true });
    expect(cgroupFinder(2, { unified: root })(id)).toEqual({
      version: 2,
      folder: join(root, folder),
    });
  });

  it("has a folder for each controller on v1", () => {
    const mounts = {
      memory: join(root, "memory"),
      pids: join(root, "pids"),
      cpuacct: join(root, "cpuacct"),
      cpu: join(root, "cpu"),
      freezer: join(root, "freezer"),
    };
    mkdirSync(join(root, "memory/docker", id), { recursive: true });
    expect(cgroupFinder(1, mounts)(id)).toEqual({
      version: 1,
      memory: join(root, "memory/docker", id),
      pids: join(root, "pids/docker", id),
      cpuacct: join(root, "cpuacct/docker", id),
      cpu: join(root, "cpu/docker", id),
      freezer: join(root, "freezer/docker", id),
    });
  });

  it("is null where there is none, and found again when its parent appears later", () => {
    const find = cgroupFinder(2, { unified: root });
    expect(find(id)).toBeNull();
    mkdirSync(join(root, "late", id), { recursive: true });
    expect(find(id)).not.toBeNull();
  });

  it("is null where no cgroups are mounted", () => {
    expect(cgroupFinder(1, {})(id)).toBeNull();
  });
});
