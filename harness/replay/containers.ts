import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ask } from "../engine/ask.ts";
import type { Engine } from "../engine/index.ts";
import { readLogs } from "../lifecycle/logs.ts";
import { replicatedServices, type Project } from "../lifecycle/project.ts";

/** Container ids by service; one with several containers as "name-1", "name-2", ... */
export async function containersOf(
  engine: Engine,
  project: Project,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const replicated = replicatedServices(project);
  const filters = { label: [`com.docker.compose.project=${project.name}`] };
  const list = await ask(
    "Listing the arm's containers",
    (abortSignal) => engine.docker.listContainers({ all: true, filters, abortSignal }),
    { signal },
  );
  const named = list.map(({ Id, Labels }): [string, string] => {
    const service = Labels["com.docker.compose.service"] ?? "";
    const number = Labels["com.docker.compose.container-number"] ?? "1";
    return [replicated.has(service) ? `${service}-${number}` : service, Id];
  });
  return new Map(named);
}

/** Writes what each of the project's containers has said into the folder, `<service>.log`. */
export async function saveLogs(
  engine: Engine,
  project: Project,
  folder: string,
  withinMs: number,
): Promise<void> {
  const signal = AbortSignal.timeout(withinMs);
  const containers = await containersOf(engine, project, signal);
  const saved = [...containers].map(async ([service, id]) =>
    writeFile(join(folder, `${service}.log`), await readLogs(engine.docker, id, { signal })),
  );
  await Promise.allSettled(saved);
}
