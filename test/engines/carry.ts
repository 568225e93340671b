/** Brings images from one engine to another, so that the other needs to build none of them. */
import type { Engine } from "../../harness/engine/index.ts";
import { helperImage } from "../../harness/images/helper.ts";
import { finished } from "../../harness/images/pull.ts";
import { resolveModels } from "../../harness/replay/models.ts";
import { plan, type ChosenArms } from "../../harness/replay/plan.ts";
import { prepareImages } from "../../harness/replay/prepare.ts";
import type { Scenario } from "../../harness/scenario/load.ts";
import { told } from "../told.ts";

/**
 * Brings what these arms need: their images, the bases, the helper's. Nothing where it is the same
 * engine, and where images have other ids, as in containerd's store: there they are built.
 */
export async function bring(
  from: Engine,
  to: Engine,
  scenarios: readonly Scenario[],
  arms: ChosenArms,
): Promise<void> {
  const [here, there] = await Promise.all([from.docker.info(), to.docker.info()]);
  const driver = new Map<string, string>(there.DriverStatus);
  if (here.ID === there.ID || driver.get("driver-type")?.startsWith("io.containerd.")) return;
  await carry(from, to, await namesOf(from, scenarios, arms));
}

/** All names of the images; what is missing is built first. */
async function namesOf(
  engine: Engine,
  scenarios: readonly Scenario[],
  arms: ChosenArms,
): Promise<readonly string[]> {
  const compose = { command: engine.compose, env: engine.env };
  const jobs = await resolveModels(compose, plan(scenarios, { arms }));
  const images = await prepareImages(engine, jobs, told);
  const ids = new Set([await helperImage(engine, told)]);
  for (const job of jobs) for (const id of Object.values(await images.of(job))) ids.add(id);
  const all = await engine.docker.listImages();
  const bases = all.flatMap(({ RepoTags }) =>
    (RepoTags ?? []).filter((tag) => /^aftershock\/(base|rootfs|s3):/.test(tag)),
  );
  const exact = all.flatMap(({ Id, RepoTags }) => (ids.has(Id) ? (RepoTags ?? []) : []));
  return [...new Set([...bases, ...exact])];
}

async function carry(from: Engine, to: Engine, names: readonly string[]): Promise<void> {
  const request = {
    path: "/images/get?",
    method: "GET",
    isStream: true,
    statusCodes: { 200: true },
    options: { names },
  };
  const { promise, resolve, reject } = Promise.withResolvers<NodeJS.ReadableStream>();
  from.docker.modem.dial(request, (error: unknown, answer: unknown) =>
    error ? reject(error) : resolve(answer as NodeJS.ReadableStream),
  );
  const stream = await promise;
  await finished(await to.docker.loadImage(stream, { quiet: true }));
}
