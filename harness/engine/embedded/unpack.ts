import { mkdir, readdir, symlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

/** What no engine needs: documents, services of the host's, programs that nobody calls. */
const left = [
  "etc",
  "usr/share",
  "lib/systemd",
  "usr/lib/systemd",
  "usr/lib/udev",
  "usr/bin/containerd-shim",
  "usr/bin/containerd-shim-runc-v1",
  "usr/bin/containerd-stress",
  "usr/bin/ctr",
  "usr/bin/tini",
  "usr/sbin/docker-proxy",
  "usr/sbin/xtables-legacy-multi",
];

/** Unpacks Debian packages into `root`, as plain files: no scripts run, no setuid bit is kept. */
export async function unpack(debs: readonly string[], root: string, without = left): Promise<void> {
  await mkdir(root, { recursive: true });
  const script = 'deb=$1; shift; dpkg-deb --fsys-tarfile "$deb" | tar -x "$@"';
  const options = [
    `--directory=${root}`,
    "--no-same-owner",
    "--no-same-permissions",
    "--keep-directory-symlink",
    "--anchored",
    ...without.map((path) => `--exclude=./${path}`),
  ];
  await Promise.all(debs.map((deb) => execa("sh", ["-c", script, "unpack", deb, ...options])));
}

/** The links that a package's installation would have made. */
export async function linkIptables(root: string): Promise<void> {
  // Without iptables the names of services don't resolve on user networks, used or not.
  if (!existsSync(join(root, "usr/sbin/xtables-nft-multi"))) return;
  const present = new Set(await readdir(join(root, "usr/sbin")));
  for (const name of ["iptables", "ip6tables"]) {
    if (!present.has(name)) await symlink("xtables-nft-multi", join(root, "usr/sbin", name));
  }
}
