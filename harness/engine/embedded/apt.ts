import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { EnvironmentError } from "../../errors.ts";
import type { Platform } from "./platform.ts";

/** For one call of apt: the largest download at a quarter of a megabyte a second, and some. */
const APT_WITHIN_MS = 15 * 60_000;
/** The lists are a tenth of that, and the first to meet a mirror that accepts and never answers. */
const UPDATE_WITHIN_MS = 3 * 60_000;
/** apt's own are 30 s and 3 tries for each of many files: a dead mirror costs many minutes. */
const patience = ["http", "https"]
  .map((scheme) => `Acquire::${scheme}::Timeout "20";`)
  .concat('Acquire::Retries "1";');

/** A file of an archive that apt has proven by its signatures, down to this hash. */
export interface Package {
  readonly uri: string;
  readonly file: string;
  readonly hash: string;
}

/** One repository of the machine's own apt configuration. */
export interface Repository {
  readonly origin: string;
  /** The name it has in the sources: bookworm, bookworm-security, stable. */
  readonly release: string;
  readonly codename: string;
  readonly component: string;
  readonly uri: string;
}

/**
 * An apt of our own, in `folder`: the machine's mirrors and keys, but its own lists and cache, and
 * none of the machine's hooks. It installs nothing; it only solves, downloads and checks.
 */
export class PrivateApt {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#env = { ...process.env, APT_CONFIG: join(folder, "apt.conf"), LC_ALL: "C" };
  }

  /** Reads the machine's configuration and fetches fresh lists. */
  static async open(folder: string, platform: Platform, signal?: AbortSignal): Promise<PrivateApt> {
    const apt = new PrivateApt(folder);
    for (const name of ["lists/partial", "cache/archives/partial", "log", "debs"]) {
      await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
    }
    const [repositories, settings] = await Promise.all([
      machineRepositories(folder),
      acquireSettings(),
    ]);
    await Promise.all([
      writeFile(join(folder, "sources.list"), sourcesList(repositories, platform)),
      writeFile(join(folder, "preferences"), pin(platform)),
      writeFile(join(folder, "apt.conf"), configuration(folder, settings)),
    ]);
    await apt.#run(["apt-get", "update", "--quiet"], signal, UPDATE_WITHIN_MS);
    return apt;
  }

  /** What would have to be downloaded to have these packages here, dependencies included. */
  async solve(packages: readonly string[], signal?: AbortSignal): Promise<Package[]> {
    const { stdout } = await this.#run(
      // --reinstall: a package that is installed but not running is fetched all the same.
      [
        "apt-get",
        "install",
        "--print-uris",
        "-qq",
        "--yes",
        "--reinstall",
        "--no-install-recommends",
        ...packages,
      ],
      signal,
    );
    return parseUris(stdout);
  }

  /** Downloads into a folder that only we can write to; apt refuses what does not match its hash. */
  async download(packages: readonly Package[], signal?: AbortSignal): Promise<string[]> {
    const paths = packages.map(({ file }) => join(this.#folder, "debs", file));
    const triples = packages.flatMap(({ uri, hash }, i) => [uri, paths[i] ?? "", hash]);
    await this.#run(["/usr/lib/apt/apt-helper", "download-file", ...triples], signal);
    return paths;
  }

  async #run(
    [file = "", ...rest]: string[],
    signal?: AbortSignal,
    timeout = APT_WITHIN_MS,
  ): Promise<{ stdout: string }> {
    const done = await execa(file, rest, {
      env: this.#env,
      reject: false,
      stdin: "ignore",
      timeout,
      ...(signal ? { cancelSignal: signal } : {}),
    });
    signal?.throwIfAborted();
    if (!done.failed) return done;
    const why = done.timedOut
      ? `${rest[0]} was not done within ${timeout / 60_000} minutes; does the mirror answer?`
      : said(done.stderr);
    throw new EnvironmentError(
      "PACKAGES_UNAVAILABLE",
      `apt could not fetch what is needed: ${why}`,
      {
        hint: "Does `apt-get update` work on this machine? The same mirrors and keys are used.\nA Docker Engine of your own makes this needless: see https://docs.docker.com/engine/install/",
        cause: done,
      },
    );
  }
}

/** Of what apt said, its errors: each line once, and not more than a screen holds. */
export function said(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => /^(E|Err|W):/.test(line));
  const told = [...new Set(errors.length > 0 ? errors : lines)].filter(Boolean);
  return told.slice(0, 6).join("\n");
}

/** The repositories of this machine; lists that an image left out are fetched into `folder`. */
export async function machineRepositories(folder: string): Promise<Repository[]> {
  const query = async (...options: string[]): Promise<Repository[]> => {
    const format = "$(ORIGIN)|$(RELEASE)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)";
    const args = ["indextargets", ...options, "--format", format, "Created-By: Packages"];
    return parseRepositories((await execa("apt-get", args)).stdout);
  };
  const known = await query();
  if (known.length > 0) return known;
  const lists = ["-o", `Dir::State::lists=${join(folder, "machine-lists")}`];
  await mkdir(join(folder, "machine-lists/partial"), { recursive: true });
  await execa("apt-get", ["update", "--quiet", ...lists, "-o", "APT::Sandbox::User=root"], {
    reject: false,
    stdin: "ignore",
    timeout: UPDATE_WITHIN_MS,
  });
  return query(...lists);
}

export function parseRepositories(text: string): Repository[] {
  return text
    .split("\n")
    .filter((line) => line.includes("|"))
    .map((line) => {
      const [origin = "", release = "", codename = "", component = "", uri = ""] = line.split("|");
      return { origin, release, codename, component, uri };
    });
}

/** Lines of `apt-get --print-uris`: 'URI' FILE SIZE SHA256:HASH. A doubtful one is refused. */
export function parseUris(text: string): Package[] {
  const lines = text.split("\n").filter((line) => line.startsWith("'"));
  return lines.map((line) => {
    const [, uri, file, hash] =
      /^'([^']+)' ([\w.+~%-]+\.deb) \d+ (SHA256:[0-9a-f]{64})$/.exec(line) ?? [];
    if (uri && file && hash) return { uri, file, hash };
    throw new EnvironmentError("PACKAGES_UNAVAILABLE", `apt names no checkable package: ${line}`);
  });
}

/** The machine's own mirrors of its distribution, and the later release on the main one. */
export function sourcesList(repositories: readonly Repository[], platform: Platform): string {
  const signed = existsSync(platform.keyring) ? `[signed-by=${platform.keyring}] ` : "";
  const own = repositories.filter(({ origin }) => origin === platform.origin);
  const lines = own.map(
    ({ uri, release, component }) => `deb ${signed}${uri} ${release} ${component}`,
  );
  const main = own.find(({ codename }) => codename === platform.codename);
  if (!main) {
    throw new EnvironmentError(
      "PACKAGES_UNAVAILABLE",
      `This machine's apt knows no ${platform.origin} mirror for ${platform.codename}.`,
      { hint: "See /etc/apt/sources.list and sources.list.d; then `apt-get update`." },
    );
  }
  if (platform.borrowed) lines.push(`deb ${signed}${main.uri} ${platform.borrowed} main`);
  return `${[...new Set(lines)].join("\n")}\n`;
}

/** Low enough that nothing comes from the later release but what is asked for by name. */
function pin({ borrowed }: Platform): string {
  return borrowed ? `Package: *\nPin: release n=${borrowed}\nPin-Priority: 100\n` : "";
}

/** How this machine reaches its mirrors: proxies, certificates, retries. */
async function acquireSettings(): Promise<string[]> {
  const { stdout } = await execa("apt-config", ["dump"]);
  const own = stdout
    .split("\n")
    .filter((line) => /^Acquire::(https?|ftp|Retries|ForceIPv[46])\b/i.test(line));
  // First, so that what this machine sets itself outranks it.
  return [...patience, ...own];
}

function configuration(folder: string, settings: readonly string[]): string {
  const at = (name: string): string => JSON.stringify(join(folder, name));
  return `${settings.join("\n")}
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist ${at("sources.list")};
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences ${at("preferences")};
Dir::Etc::preferencesparts "/dev/null";
Dir::State ${at("")};
Dir::State::lists ${at("lists")};
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache ${at("cache")};
Dir::Log ${at("log")};
Debug::NoLocking "true";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::ForceHash "SHA256";
`;
}
