/** What can be fetched: a whole engine, or what somebody's own engine lacks. */
export type PackageSet = "engine" | "compose" | "mmdebstrap";

/** What to fetch on which system, and from where. One row per system that was thought through. */
export interface Platform {
  readonly codename: string;
  readonly sets: Readonly<Record<PackageSet, readonly string[]>>;
  /** A later release whose packages run on this one; used for those named above only. */
  readonly borrowed?: string;
  /** Value of ORIGIN in the archive's own Release files. */
  readonly origin: string;
  readonly keyring: string;
}

const debian = { origin: "Debian", keyring: "/usr/share/keyrings/debian-archive-keyring.gpg" };
const ubuntu = { origin: "Ubuntu", keyring: "/usr/share/keyrings/ubuntu-archive-keyring.gpg" };
const debianEngine = ["docker.io", "docker-cli", "docker-buildx", "docker-compose", "containerd"];
const ubuntuEngine = ["docker.io", "docker-buildx", "docker-compose-v2", "containerd"];
const tools = ["iptables", "slirp4netns"];
const bases = ["mmdebstrap", "debian-archive-keyring"];

const platforms: readonly Platform[] = [
  {
    ...debian,
    codename: "bookworm",
    borrowed: "trixie",
    sets: packages(
      debianEngine.map((name) => `${name}/trixie`),
      ["docker-compose/trixie"],
    ),
  },
  { ...debian, codename: "trixie", sets: packages(debianEngine, ["docker-compose"]) },
  ...["jammy", "noble"].map((codename) => ({
    ...ubuntu,
    codename,
    sets: packages(ubuntuEngine, ["docker-compose-v2"]),
  })),
];

/** By the names apt takes: NAME/SUITE where one comes from a later release. The first names the set. */
function packages(engine: readonly string[], compose: readonly string[]): Platform["sets"] {
  return { engine: [...engine, ...tools, ...bases], compose, mmdebstrap: bases };
}

/** For messages. */
export const supportedSystems = "Debian 12 and 13, Ubuntu 22.04 and 24.04";

/** The row for a system, by the text of its /etc/os-release; derivatives name their parent there. */
export function platformOf(osRelease: string): Platform | undefined {
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}=["']?([^"'\n]*)`, "m").exec(osRelease)?.[1];
  const codename =
    value("UBUNTU_CODENAME") ?? value("DEBIAN_CODENAME") ?? value("VERSION_CODENAME") ?? "";
  return platforms.find((platform) => platform.codename === codename);
}
