import { isAbsolute, resolve } from "node:path";
import {
  hasOwnLabels,
  isSet,
  listOf,
  partOf,
  type Finding,
  type Ground,
  type Part,
} from "./fault.ts";
import { contextKind } from "../context-kind.ts";
import { wordOf } from "./word.ts";
import { oddUlimits } from "./limits.ts";
import { fromOutside, sourcesOf } from "./mounts.ts";

const free = new Set(
  (
    "attest dockerfile_inline extra_hosts isolation no_cache no_cache_filter platforms " +
    "provenance pull sbom shm_size target"
  ).split(" "),
);

const never: Readonly<Record<string, string>> = {
  cache_to: "writes out of the build",
  privileged: "gives the build the whole machine",
  ssh: "lends the build the keys of the machine's user",
  tags: "gives the image further names, perhaps another's: `image` is enough",
};

/** What a build sees of the machine, and what it may do to it. */
export function buildFindings(service: Part, compose: Part, ground: Ground): readonly Finding[] {
  const build = partOf(service["build"]);
  const says = [
    ...Object.keys(build)
      .filter((key) => !free.has(key) && !judged.has(key) && !key.startsWith("x-"))
      .filter((key) => isSet(build[key]))
      .map((key) => `${key}: ${whyNever(key)}`),
    ...pathsOf(build, ground),
    ...(hasOwnLabels(build["labels"]) ? ["labels: sets labels of the lab's or compose's own"] : []),
    ...listOf(build["entitlements"])
      .filter((one) => one !== "network.host")
      .map((one) => `entitlements: ${wordOf(one)} gives the build more than it needs`),
    ...(/^(host|none|default)?$/.test(wordOf(build["network"] ?? ""))
      ? []
      : [`network: ${wordOf(build["network"])} is no network of the build's own`]),
    ...listOf(build["cache_from"])
      .filter((from) => !/^[^=,"\s./~][^=,"\s]*$/.test(wordOf(from)))
      .map((from) => `cache_from: ${wordOf(from)} is no image`),
    ...Object.keys(partOf(build["args"]))
      .filter((name) => /^BUILDKIT_/i.test(name))
      .map((name) => `args: ${name} speaks to the builder itself: take it out`),
    ...oddUlimits(build["ulimits"]).map(
      (name) => `ulimits: ${name} reaches beyond the build: take it out`,
    ),
    ...sourcesOf(build["secrets"]).flatMap((source) =>
      fromOutside(partOf(partOf(compose["secrets"])[source]), (path) =>
        ground.allows(path, "build secret"),
      ).map((why) => `secret ${source}: ${why}`),
    ),
  ];
  return [
    ...says.map((why) => ({ key: "build", rule: "build", says: `build.${why}` })),
    ...takesName(service),
  ];
}

const whyNever = (key: string) =>
  Object.hasOwn(never, key) ? never[key] : "is a key that Aftershock does not know";

const judged = new Set(
  (
    "additional_contexts args cache_from context dockerfile entitlements labels network secrets " +
    "ulimits"
  ).split(" "),
);

/** Contexts lie in the project: what is built is hashed, and the machine's disk is no context. */
function pathsOf(build: Part, ground: Ground): readonly string[] {
  const { context, dockerfile, additional_contexts: more } = build;
  const contexts = [context, ...Object.values(partOf(more))].filter(isSet).map(String);
  const told = contexts
    .filter((path) => contextKind(path) !== "image")
    .flatMap((path) => {
      if (contextKind(path) === "fetched")
        return [
          `context: ${path} is fetched, and can't be known beforehand: copy it to the folder`,
        ];
      if (ground.allows(path, "build")) return [];
      return [`context: ${path} lies outside of the scenario's project`];
    });
  if (typeof dockerfile !== "string") return told;
  const inFolder = typeof context === "string" && contextKind(context) === "folder";
  // Of what is no folder it comes with the context, unless it is a path of this machine's.
  if (!inFolder && !isAbsolute(dockerfile)) return told;
  if (!ground.allows(resolve(inFolder ? context : "/", dockerfile), "build"))
    told.push(`dockerfile: ${dockerfile} lies outside of the scenario's project`);
  return told;
}

/** Names that are nobody else's: neither the user's own images have them nor the lab's bases. */
const ownName = /^aftershock\/(?!(base|rootfs)([:/]|$))[^@]+$/;

function takesName({ image, build }: Part): readonly Finding[] {
  if (!isSet(build) || image === undefined || ownName.test(wordOf(image))) return [];
  const says = `builds ${wordOf(image)}, a name that may be another's: name it aftershock/...`;
  return [{ key: "image", rule: "image", says }];
}
