/** What to fetch on which system, and from where. One row per system that was thought through. */
export interface Platform {
  readonly codename: string;
  /** Packages by the names apt takes, NAME/SUITE where they come from a later release. */
  readonly engine: readonly string[];
  readonly compose: readonly string[];
  /** A later release whose packages run on this one; used for those named above only. */
  readonly borrowed?: string;
  /** Value of ORIGIN in the archive's own Release files. */
  readonly origin: string;
  readonly keyring: string;
}

const debian = { origin: "Debian", keyring: "/usr/share/keyrings/debian-archive-keyring.gpg" };
const ubuntu = { origin: "Ubuntu", keyring: "/usr/share/keyrings/ubuntu-archive-keyring.gpg" };
const debianPackages = ["docker.io", "docker-cli", "docker-buildx", "docker-compose", "containerd"];
const ubuntuPackages = ["docker.io", "docker-buildx", "docker-compose-v2", "containerd"];
const tools = ["iptables", "slirp4netns"];

const platforms: readonly Platform[] = [
  {
    ...debian,
    codename: "bookworm",
    borrowed: "trixie",
    engine: [...debianPackages.map((name) => `${name}/trixie`), ...tools],
    compose: ["docker-compose/trixie"],
  },
  {
    ...debian,
    codename: "trixie",
    engine: [...debianPackages, ...tools],
    compose: ["docker-compose"],
  },
  ...["jammy", "noble"].map((codename) => ({
    ...ubuntu,
    codename,
    engine: [...ubuntuPackages, ...tools],
    compose: ["docker-compose-v2"],
  })),
];

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
