import { posix } from "node:path";
import type { ComposeModel, ComposeService } from "./compose-model.ts";
import { asWritten } from "./dollars.ts";
import type { ChangedPlace, Fix, ServiceChange } from "./fix.ts";

/**
 * The broken arm's model with a fix laid over it: images of the places that it changes stand on the
 * broken ones, and services are started as it says. All else stays: limits, networks, rights.
 */
export function withFix(model: ComposeModel, fix: Fix, scenario: string): ComposeModel {
  const services = { ...model.services };
  for (const place of fix.places)
    for (const name of place.services) {
      const service = services[name];
      if (service?.image) services[name] = rebuilt(service, service.image, place, scenario);
    }
  for (const [name, change] of Object.entries(fix.services)) {
    const service = services[name];
    if (service) services[name] = changed(service, change);
  }
  return { ...model, services };
}

function rebuilt(
  service: ComposeService,
  broken: string,
  place: ChangedPlace,
  scenario: string,
): ComposeService {
  return {
    ...service,
    image: `aftershock/${scenario}-${place.name}:yours`,
    build: {
      context: place.context,
      network: "host",
      secrets: [{ source: "host_ca" }],
      ...(place.dockerfile !== undefined
        ? ownDockerfile(place, broken)
        : { dockerfile_inline: dockerfileOf(place, broken) }),
    },
  };
}

/** A Dockerfile that the fix brings: it begins with `FROM broken`. */
function ownDockerfile({ at, removed, dockerfile }: ChangedPlace, broken: string) {
  if (removed.length === 0)
    return {
      dockerfile: "Dockerfile",
      additional_contexts: { broken: `docker-image://${broken}` },
    };
  const less = [`FROM ${broken} AS broken`, "USER 0", ...removal(at, removed)];
  return { dockerfile_inline: [...less, dockerfile, ""].join("\n") };
}

/** Bytes of a line that a Dockerfile may have: the builder takes 64 KiB. */
const LINE = 30_000;

/** What takes files away. No shell reads their names, nor does the builder. */
function removal(at: string, removed: readonly string[]): readonly string[] {
  const lines: string[][] = [];
  let room = 0;
  for (const path of removed.map((one) => posix.join(at, one))) {
    room -= path.length + 3;
    if (room < 0) {
      lines.push([]);
      room = LINE;
    }
    lines.at(-1)!.push(path);
  }
  return lines.map((paths) => `RUN ${JSON.stringify(["rm", "-rf", "--", ...paths])}`);
}

/** Takes files of the place away, lays others over it, and applies patches in it, as `stageFix` has laid them out. */
function dockerfileOf({ at, files, patches, removed }: ChangedPlace, broken: string): string {
  const tools = [
    "FROM aftershock/base:bullseye AS tools",
    "RUN --mount=type=secret,id=host_ca apt-add patch",
  ];
  const to = `${at.replace(/\/+$/, "")}/`;
  const copies = files.length > 0 ? [`COPY ${JSON.stringify(["files/", to])}`] : [];
  const applied = patches.map(
    (_, i) =>
      `RUN --mount=from=tools,target=/tools --mount=source=patches/${i}.patch,target=/tmp/fix.patch ` +
      `/tools/usr/bin/patch -d '${to}' -p1 </tmp/fix.patch`,
  );
  return [
    ...(patches.length > 0 ? tools : []),
    `FROM ${broken}`,
    "USER 0",
    ...removal(at, removed),
    ...copies,
    ...applied,
  ]
    .join("\n")
    .concat("\n");
}

/** What a fix says is meant as it stands: compose is to fill in nothing. */
function changed(service: ComposeService, change: ServiceChange): ComposeService {
  const { environment, ...rest } = asWritten(change);
  return {
    ...service,
    ...rest,
    ...(environment && { environment: { ...service.environment, ...environment } }),
  };
}
