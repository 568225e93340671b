import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { EnvironmentError } from "../errors.ts";
import { machineRepositories } from "../engine/embedded/apt.ts";
import { ensureFetched, unpacked } from "../engine/embedded/fetch.ts";
import { layout } from "../engine/embedded/layout.ts";
import { systemPlatform } from "../engine/embedded/preconditions.ts";
import { scratch } from "../engine/scratch.ts";
import { patiently, patienceOf } from "./patience.ts";
import type { AcquireOptions } from "../engine/types.ts";

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
  const mirror = set || (await machineMirror(at.folder));
  if (!mirror) return undefined;
  const root = unpacked("engine", at) ?? (await ensureFetched("mmdebstrap", at, platform, options));
  return {
    mirror,
    run: async (suite, sink) => {
      await using temporary = await scratch(at.folder, suite);
      const make = async (stop: AbortSignal, alive: () => void) => {
        const child = execa("unshare", commandLine(root, suite, mirror, set !== undefined), {
          env: {
            TMPDIR: temporary.path,
            SOURCE_DATE_EPOCH,
            LC_ALL: "C",
            PERL5LIB: perlFolders(root),
          },
          stdin: "ignore",
          buffer: { stdout: false },
          reject: false,
          cancelSignal: stop,
          forceKillAfterDelay: 2_000,
        });
        child.stderr.on("data", alive);
        const taken = sink(child.stdout).catch((error: unknown) => {
          child.kill(); // nobody reads on
          throw error;
        });
        const [done, sunk] = await Promise.allSettled([child, taken]);
        stop.throwIfAborted();
        if (sunk.status === "rejected") throw sunk.reason;
        if (done.status === "rejected") throw done.reason;
        if (done.value.failed) throw unavailable(suite, mirror, done.value.stderr);
      };
      await patiently(`Debian ${suite} from ${mirror}`, make, patienceOf(), signal);
    },
  };
}

/**
 * Whether the mirror that a Debian would be made from answers, asked as apt asks, by its proxies and
 * with its certificates; `fault` is apt's word against it. Undefined where there is no such mirror.
 */
export async function mirrorAnswers(
  withinMs: number,
): Promise<{ readonly mirror: string; readonly fault?: string } | undefined> {
  const { folder } = layout();
  const platform = systemPlatform();
  if (!platform || !existsSync(aptHelper)) return undefined;
  const mirror = process.env["AFTERSHOCK_DEBIAN_MIRROR"] || (await machineMirror(folder));
  if (!mirror) return undefined;
  await using work = await scratch(folder, "reach");
  const options = ["Acquire::Retries=0", "APT::Sandbox::User=root"].flatMap((one) => ["-o", one]);
  const address = `${mirror.replace(/\/?$/, "/")}dists/bookworm/Release`;
  const asked = await execa(
    aptHelper,
    [...options, "download-file", address, join(work.path, "Release")],
    { reject: false, stdin: "ignore", timeout: withinMs, killSignal: "SIGKILL", all: true },
  );
  if (asked.timedOut) return { mirror, fault: `no answer within ${withinMs / 1000} s` };
  if (!asked.failed) return { mirror };
  const [line = "it does not answer"] = /^E: .*/m.exec(asked.all) ?? [];
  return { mirror, fault: line.replace(/^E: /, "") };
}

const aptHelper = "/usr/lib/apt/apt-helper";

async function machineMirror(parent: string): Promise<string | undefined> {
  await using folder = await scratch(parent, "apt");
  const repositories = await machineRepositories(folder.path);
  const debian = repositories.filter(
    ({ origin, component }) => origin === "Debian" && component === "main",
  );
  return debian.find(({ release, codename }) => !/-/.test(release) && !/-/.test(codename))?.uri;
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
  const absent = /does not have a Release file|404 {2}Not Found/.test(stderr);
  const unsigned = /NO_PUBKEY/.test(stderr);
  const last = stderr.trim().split("\n").slice(-12).join("\n");
  return new EnvironmentError(
    absent ? "SUITE_NOT_ON_MIRROR" : "BASE_NOT_BUILT",
    absent
      ? `${mirror} does not have Debian ${suite} (any more).`
      : `Debian ${suite} could not be made from ${mirror}:\n${last}`,
    {
      hint: unsigned
        ? `This system's debian-archive-keyring is older than ${suite}. Bring debian:${suite}-slim by\n\`docker load\`, and \`docker tag\` it aftershock/rootfs:${suite}.`
        : `Name an archive that has ${suite}: export AFTERSHOCK_DEBIAN_MIRROR=http://HOST/debian`,
    },
  );
}
