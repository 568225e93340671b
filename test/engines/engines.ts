/**
 * `npm run test:engines -- [ENGINE...]`: the same arms on each kind of engine that can run here, runs
 * that signals end at each stage, and what was left out, with the reason. DOCKER_HOST and its
 * companions add an engine of your own, as in a virtual machine. Prints a line for each; 1 if a
 * verdict is wrong (undecided is honest), something is left behind, or a refusal is not the same by
 * `doctor` and by `run`.
 */
import { join } from "node:path";
import { execa } from "execa";
import { acquireEngine } from "../../harness/engine/index.ts";
import { layout } from "../../harness/engine/embedded/layout.ts";
import { loadScenarios, type Verdict } from "../../harness/index.ts";
import { told } from "../told.ts";
import { bring } from "./carry.ts";
import { packages, startDocker, startPodman, type Started } from "./started.ts";
import { endedBySignals } from "./signals.ts";
import { behindSsh } from "./ssh.ts";
import { behindTls } from "./tls.ts";

const ids = ["boto-close", "mixed-case-routing", "cron-pileup"];
const arms = [
  "broken",
  "fast-close",
  "lower-at-balancer",
  "flock-and-timeout",
  "patient",
  "retry-three",
];

interface Kind {
  /** Where it is of packages: their root. Which can't be had is left out. */
  readonly packages?: () => Promise<string>;
  /** The engine, or why there is none to try. */
  readonly start: (root: string) => Promise<Started | string>;
  /** What it is refused with. */
  readonly refused?: string;
}

const own = process.env;
const embedded = { ...own, AFTERSHOCK_ENGINE: "embedded" };
const kinds: Readonly<Record<string, Kind>> = {
  "Debian 12's 20.10": {
    packages: () => packages("bookworm", ["docker.io", "iptables", "slirp4netns"]),
    start: startDocker,
  },
  "Engine 29's rules": {
    // API 1.44 at least, and containerd's image store, which gives other ids.
    packages: () =>
      packages("trixie", ["docker.io/trixie", "containerd/trixie", "iptables", "slirp4netns"]),
    start: (root) =>
      startDocker(
        root,
        { features: { "containerd-snapshotter": true } },
        { DOCKER_MIN_API_VERSION: "1.44" },
      ),
  },
  "behind TLS": { start: () => behindTls(layout().socket) },
  "behind ssh": {
    packages: () => packages("ssh", ["openssh-server"]),
    start: (root) => behindSsh(root, layout().socket),
  },
  Podman: {
    refused: "ENGINE_UNSUITABLE",
    packages: () => packages("podman", ["podman", "conmon", "runc"]),
    start: startPodman,
  },
  "your own": {
    start: async () => {
      const names = ["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CONTEXT"];
      const set = names.flatMap((name): [string, string][] =>
        own[name] ? [[name, own[name]]] : [],
      );
      if (set.length === 0) return "none is named by DOCKER_HOST or DOCKER_CONTEXT";
      return { env: Object.fromEntries(set), [Symbol.asyncDispose]: async () => undefined };
    },
  },
};

const wanted = process.argv.slice(2);
await using home = await acquireEngine({ progress: told, env: embedded });
const scenarios = await loadScenarios(ids);
let wrong = 0;
for (const [name, kind] of Object.entries(kinds)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const line = await tryOut(kind).catch((error: unknown) => `WRONG: ${String(error)}`);
  wrong += line.startsWith("WRONG") ? 1 : 0;
  console.log(`${name.padEnd(20)} ${line}`);
}
process.exitCode = wrong > 0 ? 1 : 0;

async function tryOut(kind: Kind): Promise<string> {
  // What can't be had here is left out; what goes wrong on an engine that runs is no such thing.
  const root = await (kind.packages?.() ?? Promise.resolve("")).catch((error: Error) => error);
  if (typeof root !== "string") return `left out: ${root.message}`;
  const started = await kind.start(root);
  if (typeof started === "string") return `left out: ${started}`;
  await using engine = started;
  const doctor = await aftershock(engine, ["doctor", "--json"]);
  if (kind.refused !== undefined) return await refusal(kind.refused, engine, doctor);
  if (doctor.exitCode !== 0) return `WRONG: doctor ended with ${doctor.exitCode}: ${doctor.stdout}`;
  const chosen = { ...own, ...engine.env, AFTERSHOCK_ENGINE: "system" };
  await using there = await acquireEngine({ progress: told, env: chosen });
  await bring(home, there, scenarios, arms);
  const flags = arms.flatMap((arm) => ["--arm", arm]);
  const run = await aftershock(engine, ["run", ...ids, ...flags, "--json"]);
  if (!run.stdout) return `WRONG: run ended with ${run.exitCode}: ${run.stderr}`;
  const line = verdictLine(JSON.parse(run.stdout) as Verdict, run.exitCode);
  const { tried, wrong: left } = await endedBySignals(there, chosen);
  if (left.length > 0)
    return `WRONG: of ${tried} runs ended by signals ${left.join("; ")}\n    ${line}`;
  return `${line}\n    ${tried} runs ended by signals, from set-up to judging: nothing is left within 10 s`;
}

function aftershock({ env }: Started, args: readonly string[]) {
  const main = join(import.meta.dirname, "../../harness/cli/main.ts");
  return execa(process.execPath, [main, ...args], {
    env: { ...own, ...env, AFTERSHOCK_ENGINE: "system" },
    reject: false,
  });
}

/** Both refuse, with the same code and in the same words. */
async function refusal(
  code: string,
  engine: Started,
  doctor: { stdout: string; exitCode?: number },
) {
  const { stderr, exitCode } = await aftershock(engine, ["run", ids[0]!]);
  const { findings } = JSON.parse(doctor.stdout) as { findings: { code?: string; told: string }[] };
  const found = findings.find((finding) => finding.code === code);
  const same = found !== undefined && stderr.includes(found.told) && exitCode === doctor.exitCode;
  return same ? `refused, ${exitCode}: ${found.told}` : `WRONG: ${doctor.stdout} but ${stderr}`;
}

function verdictLine({ engine, scenarios: judged }: Verdict, exitCode: number | undefined): string {
  const all = judged.flatMap(({ id, arms: runs }) =>
    runs.map(
      ({ name, verdict, sampling }) =>
        `${id}/${name} ${verdict} (${sampling?.source} ${sampling?.hz} Hz)`,
    ),
  );
  const { version, api, cgroup } = engine;
  const honest = new Map([
    [0, "as claimed"],
    [2, "undecided"],
  ]).get(exitCode ?? 1);
  const head = `${honest ?? `WRONG, ${exitCode}`}: ${version}, API ${api}, cgroup v${cgroup}`;
  return [head, ...all].join("\n    ");
}
