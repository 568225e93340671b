import { EnvironmentError } from "../errors.ts";
import type { EngineFacts } from "../record/schema.ts";

/** The oldest interface that is good enough: Engine 20.10. */
const OLDEST_API = "1.41";

/** Of the answer to /version, what is looked at. */
export interface Version {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly Components?: readonly { readonly Name?: string; readonly Version?: string }[] | null;
}

/** Of the answer to /info, what is looked at. */
export interface Info {
  readonly CgroupVersion?: string;
  readonly Architecture: string;
  readonly KernelVersion: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly OSType?: string;
  readonly DockerRootDir?: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly MemoryLimit?: boolean;
  readonly PidsLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
}

const aside =
  "Or leave it aside: AFTERSHOCK_ENGINE=embedded (Linux, as root), or another DOCKER_HOST.";

/**
 * What the record says of an engine. Fails with ENGINE_UNSUITABLE, ENGINE_TOO_OLD or
 * ENGINE_NO_LIMITS where what runs there could not be contained, or not be judged.
 */
export function factsOf(version: Version, info: Info, kind: EngineFacts["kind"]): EngineFacts {
  const podman = version.Components?.find(({ Name }) => /podman/i.test(Name ?? ""));
  if (podman) {
    throw new EnvironmentError(
      "ENGINE_UNSUITABLE",
      `This is Podman ${podman.Version ?? version.Version}, not a Docker Engine.`,
      {
        hint: `It names images otherwise (localhost/, docker.io/), so that what was built is not found again,\nand its events and its builds differ. A Docker Engine is needed.\n${aside}`,
      },
    );
  }
  if (olderThan(version.ApiVersion, OLDEST_API)) {
    throw new EnvironmentError(
      "ENGINE_TOO_OLD",
      `This Docker Engine is ${version.Version} (API ${version.ApiVersion}); 20.10 (API ${OLDEST_API}) is needed.`,
      { hint: `Upgrade it.\n${aside}` },
    );
  }
  if (info.OSType === "windows") {
    throw new EnvironmentError("ENGINE_UNSUITABLE", "This engine runs Windows containers.", {
      hint: "Switch Docker Desktop to Linux containers (its menu).",
    });
  }
  mustLimit(info);
  return {
    kind,
    version: version.Version,
    api: version.ApiVersion,
    cgroup: info.CgroupVersion === "2" ? 2 : 1,
    arch: info.Architecture,
    kernel: info.KernelVersion,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
  };
}

/** An incident without its limits takes the machine, and proves nothing. */
function mustLimit({ MemoryLimit, PidsLimit, CpuCfsQuota, SecurityOptions }: Info): void {
  const limits = { memory: MemoryLimit, "processes (pids)": PidsLimit, processors: CpuCfsQuota };
  const missing = Object.entries(limits).flatMap(([what, can]) => (can === false ? [what] : []));
  if (missing.length === 0) return;
  const rootless = SecurityOptions?.some((option) => option.includes("rootless")) ?? false;
  const mend = rootless
    ? "It is rootless: that needs cgroup v2, and systemd must delegate the controllers\n(https://docs.docker.com/engine/security/rootless/). Or use one that runs as root."
    : "The kernel has to be started with the controllers on: on a Raspberry Pi, add\ncgroup_enable=memory cgroup_memory=1 to the line in /boot/firmware/cmdline.txt, and reboot.";
  throw new EnvironmentError(
    "ENGINE_NO_LIMITS",
    `This Docker Engine cannot limit ${missing.join(" or ")}: its incidents would take the whole machine.`,
    { hint: `${mend}\n${aside}` },
  );
}

/** Compares two versions by their first two numbers, such as "1.9" and "1.41". */
export function olderThan(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const [thanMajor = 0, thanMinor = 0] = than.split(".").map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
