/**
 * `npm run test:swarm`: a run shared by four tasks of a Docker Swarm job, the same by four shards by
 * hand, and the same as one run: all must come to the same verdicts. Swarm is switched on in an
 * embedded engine of its own, in a folder that is deleted at the end, and on no engine of the user's.
 * Needs root on Linux. Ends with 0 if they agree, 1 if they don't.
 */
import { cp, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { cacheFolder } from "../../harness/cache.ts";
import { acquireEngine, type Engine } from "../../harness/engine/index.ts";
import { scratch } from "../../harness/engine/scratch.ts";
import { loadScenarios, replay, type Verdict } from "../../harness/index.ts";
import { label, ownerLabel } from "../../harness/lifecycle/labels.ts";
import { ensureBases } from "../../harness/images/bases.ts";
import { helperImage } from "../../harness/images/helper.ts";
import { mergeRuns } from "../../harness/replay/merge.ts";
import { resolveModels } from "../../harness/replay/models.ts";
import { plan } from "../../harness/replay/plan.ts";
import { prepareImages } from "../../harness/replay/prepare.ts";
import { told as progress } from "../told.ts";

const root = resolve(import.meta.dirname, "../..");
const ids =
  process.argv.length > 2
    ? process.argv.slice(2)
    : ["boto-close", "debug-env-leak", "eventlet-drift", "mixed-case-routing"];
const SHARDS = 4;
const WITHIN_MS = 30 * 60_000;

const scenarios = await loadScenarios(ids);
await execa("node", [join(root, "images/lab/build.ts")], { stdio: "inherit" });
await using folder = await scratch(join(cacheFolder(), "swarm"), "engine");
await using apart = await engineApart(folder.path);
const out = (name: string) => join(folder.path, name);

const whole = await replay({ scenarios, arms: "pair", out: out("whole"), progress });
for (let index = 1; index <= SHARDS; index += 1)
  await replay({
    scenarios,
    arms: "pair",
    shard: { index, of: SHARDS },
    out: out("by-hand"),
    progress,
  });
await bySwarm(apart, out("by-swarm"));

const verdicts = {
  "one run": whole.verdict,
  "by hand": await merged("by-hand"),
  "by Swarm": await merged("by-swarm"),
};
const words = Object.entries(verdicts).map(([name, verdict]) => [name, wordsOf(verdict)] as const);
for (const [name, lines] of words) console.log([`${name}:`, ...lines].join("\n  "));
process.exitCode = new Set(words.map(([, lines]) => lines.join())).size === 1 ? 0 : 1;

async function merged(name: string): Promise<Verdict> {
  const folders = (await readdir(out(name))).map((run) => join(out(name), run));
  return (await mergeRuns(folders, { out: out("merged"), given: scenarios })).verdict;
}

function wordsOf({ scenarios: judged }: Verdict): readonly string[] {
  return judged.flatMap(({ id, arms }) =>
    arms.map(({ name, verdict }) => `${id}/${name} ${verdict}`),
  );
}

/** An embedded engine that shares nothing with the one in use but the programs, and has its images. */
async function engineApart(cache: string): Promise<Engine> {
  const programs = join(cacheFolder(), "engine");
  const env = { ...process.env, XDG_CACHE_HOME: cache, AFTERSHOCK_ENGINE: "embedded" };
  const own = join(cache, "aftershock/engine");
  await mkdir(own, { recursive: true, mode: 0o700 });
  const unpacked = await readlink(join(programs, "engine")).catch(() => undefined);
  if (unpacked !== undefined) {
    await cp(join(programs, unpacked), join(own, unpacked), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await symlink(unpacked, join(own, "engine"));
  }
  await using main = await acquireEngine({ progress });
  const images = await imagesOn(main);
  const engine = await acquireEngine({ progress, env });
  try {
    await progress.step("carry the images over", async () => {
      const saved = execa("docker", ["save", ...images], {
        env: main.env,
        extendEnv: false,
        buffer: false,
      });
      const loaded = execa("docker", ["load", "--quiet"], { env: engine.env, extendEnv: false });
      await saved.pipe(loaded);
    });
    return engine;
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}

/** The lab's image, and those that the arms and their sampling need: built here, where they are kept. */
async function imagesOn(engine: Engine): Promise<readonly string[]> {
  const compose = { command: engine.compose, env: engine.env };
  const jobs = await resolveModels(compose, plan(scenarios, { arms: "pair" }));
  const images = await prepareImages(engine, jobs, progress);
  const wanted = await Promise.all(jobs.map(images.of));
  await ensureBases(engine, progress);
  const lab = ["aftershock/lab:latest", "aftershock/base:bullseye", "aftershock/base:bookworm"];
  const ids = [
    ...lab,
    await helperImage(engine, progress),
    ...wanted.flatMap((services) => Object.values(services)),
  ];
  const found = [...new Set(ids)].map(async (id) => {
    const { RepoTags } = await engine.docker.getImage(id).inspect();
    return RepoTags;
  });
  return (await Promise.all(found)).flat();
}

/**
 * Four tasks of one job, each of which plays the shard of its slot. This one machine stands for all
 * nodes: as many play at once as it has processors for.
 */
async function bySwarm(engine: Engine, runs: string): Promise<void> {
  await mkdir(runs);
  const docker = (...args: readonly string[]) =>
    execa("docker", args, { env: engine.env, extendEnv: false });
  await docker("swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1:2377");
  const socket = engine.env["DOCKER_HOST"]!.replace("unix://", "");
  const { cpus } = engine.facts;
  // The first slot is told as the node's id, not as 0.
  const shard = `case $SLOT in [1-9]) ;; *) SLOT=0 ;; esac; node /lab/harness/cli/main.ts run ${ids.join(" ")} --shard $((SLOT + 1))/${SHARDS} --out /runs; exit 0`;
  await docker(
    ...["service", "create", "--detach", "--name", "incidents", "--mode", "replicated-job"],
    ...["--replicas", String(SHARDS), "--max-concurrent", String(Math.ceil(cpus / 4))],
    ...["--network", "host", "--env", "SLOT={{.Task.Slot}}"],
    ...["--label", `${label.owner}=${ownerLabel()}`],
    ...["--mount", `type=bind,source=${socket},target=/var/run/docker.sock`],
    ...["--mount", `type=bind,source=${runs},target=/runs`],
    ...["--restart-condition", "none", "--entrypoint", "sh", "aftershock/lab:latest", "-c", shard],
  );
  await progress.step(`four tasks of a Swarm job play ${ids.join(", ")}`, () => ended(docker));
}

type DockerCommand = (...args: readonly string[]) => Promise<{ readonly stdout: string }>;

/** Waits for the end of all tasks, however it is, and shows what they said. */
async function ended(docker: DockerCommand): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const { stdout } = await docker(
      "service",
      "ps",
      "incidents",
      "--format",
      "{{.Name}} {{.CurrentState}} {{.Error}}",
    );
    const tasks = stdout.split("\n");
    const over = tasks.filter((task) => / (Complete|Failed|Rejected|Shutdown) /.test(`${task} `));
    if (over.length === SHARDS) break;
    if (performance.now() > deadline) throw new Error(`The tasks did not end:\n${stdout}`);
    await sleep(1000);
  }
  const { stdout } = await docker("service", "logs", "--raw", "incidents");
  console.log(stdout);
}
