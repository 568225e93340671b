import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { EnvironmentError } from "../errors.ts";
import { machineRepositories } from "./embedded/apt.ts";
import { ensureFetched, unpacked } from "./embedded/fetch.ts";
import { layout } from "./embedded/layout.ts";
import { systemPlatform } from "./embedded/preconditions.ts";
import type { AcquireOptions } from "./types.ts";

/** Files get no later date than this, so that the same packages always make the same image. */
const SOURCE_DATE_EPOCH = "1700000000";
const keyrings = "usr/share/keyrings/debian-archive-keyring.gpg";

/** Makes a bare Debian from an archive. */
export interface Bootstrap {
  readonly mirror: string;
  /** Writes the suite's file system, as a tar stream, to `sink`, which takes all of it. */
  run(suite: string, sink: (tar: Readable) => Promise<void>): Promise<void>;
}

/**
 * A way to make a Debian here without any registry: mmdebstrap, and the machine's own mirror or
 * the one in AFTERSHOCK_DEBIAN_MIRROR. Undefined where the machine has no apt or no such mirror.
 */
export async function findBootstrap(options: AcquireOptions): Promise<Bootstrap | undefined> {
  const { env = process.env, signal } = options;
  const at = layout(env);
  const platform = systemPlatform();
  if (!platform) return undefined;
  const set = env["AFTERSHOCK_DEBIAN_MIRROR"];
  const mirror = set || (await machineMirror(join(at.folder, "apt")));
  if (!mirror) return undefined;
  const root = unpacked("engine", at) ?? (await ensureFetched("mmdebstrap", at, platform, options));
  return {
    mirror,
    run: async (suite, sink) => {
      const temporary = await mkdtemp(join(at.folder, `.${suite}-`));
      try {
        const child = execa("unshare", commandLine(root, suite, mirror, set !== undefined), {
          env: { TMPDIR: temporary, SOURCE_DATE_EPOCH, LC_ALL: "C", PERL5LIB: perlFolders(root) },
          stdin: "ignore",
          buffer: { stdout: false },
          reject: false,
          ...(signal ? { cancelSignal: signal } : {}),
        });
        const taken = sink(child.stdout).catch((error: unknown) => {
          child.kill(); // nobody reads on
          throw error;
        });
        const [done, sunk] = await Promise.allSettled([child, taken]);
        signal?.throwIfAborted();
        if (sunk.status === "rejected") throw sunk.reason;
        if (done.status === "rejected") throw done.reason;
        if (done.value.failed) throw unavailable(suite, mirror, done.value.stderr);
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
    },
  };
}

async function machineMirror(scratch: string): Promise<string | undefined> {
  try {
    const repositories = await machineRepositories(scratch);
    const debian = repositories.filter(
      ({ origin, component }) => origin === "Debian" && component === "main",
    );
    return debian.find(({ release, codename }) => !/-/.test(release) && !/-/.test(codename))?.uri;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** In a mount and a pid namespace, so that nothing stays mounted if it is killed. */
function commandLine(root: string, suite: string, mirror: string, archive: boolean): string[] {
  const mergedUsr = join(root, "usr/share/mmdebstrap/hooks/merged-usr");
  const key = [`/${keyrings}`, join(root, keyrings)].find((path) => existsSync(path));
  const ordinary = process.getuid?.() !== 0;
  return [
    ...(ordinary ? ["--user", "--map-root-user"] : []),
    ...["--mount", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"],
    ...["perl", join(root, "usr/bin/mmdebstrap"), "--mode=root", "--variant=apt", "--format=tar"],
    "--dpkgopt=force-unsafe-io",
    // Suites from before 12 may have separate /bin and /lib; later ones must not.
    ...(suite === "bullseye" ? [] : [`--hook-dir=${mergedUsr}`, "--include=usr-is-merged"]),
    // An archive of old releases keeps Release files whose time is over.
    ...(archive ? ['--aptopt=Acquire::Check-Valid-Until "false"'] : []),
    `--customize-hook=${trim}`,
    `--customize-hook=echo "deb ${mirror} ${suite} main" >"$1/etc/apt/sources.list"`,
    ...[suite, "-", `deb ${key ? `[signed-by=${key}] ` : ""}${mirror} ${suite} main`],
  ];
}

const trim =
  'cd "$1/usr/share" && rm -rf man info locale lintian && find doc -type f ! -name copyright -delete';

/** On a machine with only perl-base, the rest of Perl came along with mmdebstrap. */
function perlFolders(root: string): string {
  const below = (folder: string): string[] =>
    existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const libraries = below(join(root, "usr/lib")).flatMap((folder) => below(join(folder, "perl")));
  return [join(root, "usr/share/perl5"), ...below(join(root, "usr/share/perl")), ...libraries].join(
    ":",
  );
}

function unavailable(suite: string, mirror: string, stderr: string): EnvironmentError {
  const absent = /Release' does not have|404 {2}Not Found|does not have a Release file/.test(
    stderr,
  );
  return new EnvironmentError(
    absent ? "SUITE_NOT_ON_MIRROR" : "BASE_NOT_BUILT",
    absent
      ? `${mirror} does not have Debian ${suite} (any more).`
      : `Debian ${suite} could not be made from ${mirror}:\n${stderr.trim().split("\n").slice(-12).join("\n")}`,
    {
      hint: `Name an archive that has ${suite}: export AFTERSHOCK_DEBIAN_MIRROR=http://HOST/debian`,
    },
  );
}
