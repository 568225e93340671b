import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { EnvironmentError } from "../../errors.ts";

const UNPACK_WITHIN_MS = 5 * 60_000;

/** What nobody here needs: documents, services of the host's, programs that are never called. */
const leftOut = [
  "etc",
  "lib/systemd",
  "usr/lib/systemd",
  "usr/lib/udev",
  ...["bash-completion", "doc", "fish", "info", "lintian", "locale", "man", "zsh"].map(
    (folder) => `usr/share/${folder}`,
  ),
  ...["containerd-shim", "containerd-shim-runc-v1", "containerd-stress", "ctr", "tini"].map(
    (program) => `usr/bin/${program}`,
  ),
  "usr/sbin/docker-proxy",
  "usr/sbin/xtables-legacy-multi",
];

/** Unpacks Debian packages into `root`, as plain files: no scripts run, no setuid bit is kept. */
export async function unpack(debs: readonly string[], root: string): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o755 });
  // Whatever the umask here: nobody else is to write to what we run.
  const script = 'umask 022; deb=$1; shift; dpkg-deb --fsys-tarfile "$deb" | tar -x "$@"';
  const options = [
    `--directory=${root}`,
    "--no-same-owner",
    "--no-same-permissions",
    "--keep-directory-symlink",
    "--anchored",
    ...leftOut.map((path) => `--exclude=./${path}`),
  ];
  const limits = { timeout: UNPACK_WITHIN_MS, stdin: "ignore", reject: false } as const;
  const all = debs.map((deb) => execa("sh", ["-c", script, "unpack", deb, ...options], limits));
  const failed = (await Promise.all(all)).find((done) => done.failed);
  if (!failed) return;
  throw new EnvironmentError(
    "UNPACK_FAILED",
    `A package could not be unpacked: ${failed.stderr.trim() || failed.shortMessage}`,
    {
      hint: "Is there room on the disk? See `df`, or set XDG_CACHE_HOME to another one.",
      cause: failed,
    },
  );
}

/** The links an installation would have made, and a folder for PATH with what people call. */
export async function linkCommands(made: string): Promise<void> {
  const link = async (target: string, path: string, needs: string): Promise<void> => {
    const wanted = existsSync(join(made, "root", needs)) && !existsSync(join(made, path));
    if (wanted) await symlink(target, join(made, path));
  };
  const nft = "usr/sbin/xtables-nft-multi";
  const compose = "usr/libexec/docker/cli-plugins/docker-compose";
  await mkdir(join(made, "bin"), { mode: 0o755 });
  // Without iptables the names of services don't resolve on user networks, used or not.
  await link("xtables-nft-multi", "root/usr/sbin/iptables", nft);
  await link("xtables-nft-multi", "root/usr/sbin/ip6tables", nft);
  await link("../root/usr/bin/docker", "bin/docker", "usr/bin/docker");
  await link(`../root/${compose}`, "bin/docker-compose", compose);
}
