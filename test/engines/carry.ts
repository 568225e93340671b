/** Brings images from one engine to another, so that the other needs to build none of them. */
import type { Engine } from "../../harness/engine/index.ts";
import { finished } from "../../harness/images/pull.ts";
import { resolveModels } from "../../harness/replay/models.ts";
import { plan, type ChosenArms } from "../../harness/replay/plan.ts";
import { prepareImages } from "../../harness/replay/prepare.ts";
import type { Scenario } from "../../harness/scenario/load.ts";
import { told } from "../told.ts";

/** All names of the images that these arms run, and of their bases; what is missing is built first. */
export async function namesOf(
  engine: Engine,
  scenarios: readonly Scenario[],
  arms: ChosenArms,
): Promise<readonly string[]> {
  const compose = { command: engine.compose, env: engine.env };
  const jobs = await resolveModels(compose, plan(scenarios, { arms }));
  const images = await prepareImages(engine, jobs, told);
  const ids = new Set<string>();
  for (const job of jobs) for (const id of Object.values(await images.of(job))) ids.add(id);
  const all = await engine.docker.listImages();
  const bases = all.flatMap(({ RepoTags }) =>
    (RepoTags ?? []).filter((tag) => /^aftershock\/(base|rootfs|s3):/.test(tag)),
  );
  const exact = all.flatMap(({ Id, RepoTags }) => (ids.has(Id) ? (RepoTags ?? []) : []));
  return [...new Set([...bases, ...exact])];
}

export async function carry(
  from: Engine["docker"],
  to: Engine["docker"],
  names: readonly string[],
) {
  const request = {
    path: "/images/get?",
    method: "GET",
    isStream: true,
    statusCodes: { 200: true },
    options: { names },
  };
  const { promise, resolve, reject } = Promise.withResolvers<NodeJS.ReadableStream>();
  from.modem.dial(request, (error: unknown, answer: unknown) =>
    error ? reject(error) : resolve(answer as NodeJS.ReadableStream),
  );
  const stream = await promise;
  await finished(await to.loadImage(stream, { quiet: true }));
}
