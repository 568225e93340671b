import { join } from "node:path";
import { AftershockError } from "../errors.ts";
import { reasonOf } from "../files.ts";
import { headFault } from "../judge/planned.ts";
import { readRecord } from "../record/reader.ts";
import type { HeadRow } from "../record/schema.ts";
import type { Scenario } from "../scenario/load.ts";
import { shown } from "../scenario/shown.ts";
import { placeOf } from "./judge-folder.ts";
import { codeOf, differenceOf, type Code } from "./provenance.ts";
import { armFile, type PlannedArm, type RunFile } from "./run-file.ts";

/** A run, whole or a shard, and its folder. */
export interface Part {
  readonly folder: string;
  readonly run: RunFile;
}

/**
 * What keeps runs from being one, each in a sentence with names; nothing if they can be merged:
 * what did not end, is there twice, is missing, or ran other code than judges here.
 */
export async function mergeFaults(
  parts: readonly Part[],
  scenarios: ReadonlyMap<string, Scenario>,
): Promise<readonly string[]> {
  const faults = [...unfinished(parts), ...strange(parts), ...twice(parts), ...missing(parts)];
  if (faults.length > 0) return faults;
  const read = await Promise.all(parts.map(recordsOf));
  const unread = read.flatMap(({ faults }) => faults);
  return unread.length > 0 ? unread : otherCode(read, scenarios);
}

function unfinished(parts: readonly Part[]): readonly string[] {
  const words = { running: "did not come to its end", interrupted: "was interrupted" };
  return parts.flatMap(({ folder, run: { status } }) =>
    status === "complete" ? [] : [`${shown(folder)} ${words[status]}.`],
  );
}

/** What a shard holds and its own whole does not. */
function strange(parts: readonly Part[]): readonly string[] {
  return parts.flatMap(({ folder, run: { plan, shard } }) => {
    const whole = new Set(shard?.whole.map(armFile));
    const others = shard ? plan.map(armFile).filter((name) => !whole.has(name)) : [];
    return others.length === 0 ? [] : [`${shown(folder)} is no shard with ${some(others)}.`];
  });
}

function twice(parts: readonly Part[]): readonly string[] {
  const holders = Map.groupBy(
    parts.flatMap(({ folder, run }) => run.plan.map((arm) => ({ folder, name: armFile(arm) }))),
    ({ name }) => name,
  );
  const doubles = [...holders].filter(([, all]) => all.length > 1);
  const byFolders = Map.groupBy(doubles, ([, all]) =>
    all.map((one) => shown(one.folder)).join(" and "),
  );
  return [...byFolders].map(
    ([folders, held]) => `${folders} hold the same: ${some(held.map(([name]) => name))}.`,
  );
}

/** Shards of one whole say what that is. */
function missing(parts: readonly Part[]): readonly string[] {
  const wholes = Map.groupBy(
    parts.filter(({ run }) => run.shard),
    ({ run: { shard } }) => JSON.stringify([shard!.of, shard!.whole.map(armFile)]),
  );
  if (wholes.size > 1) {
    const firsts = [...wholes.values()].map(([first]) => shown(first!.folder));
    return [`${firsts.join(" and ")} are shards of different runs.`];
  }
  return [...wholes.values()].flatMap((shards) => {
    const { of, whole } = shards[0]!.run.shard!;
    const held = new Set(shards.flatMap(({ run }) => run.plan.map(armFile)));
    const absent = whole.map(armFile).filter((name) => !held.has(name));
    const given = new Set(shards.map(({ run }) => run.shard!.index));
    const gone = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !given.has(index));
    if (absent.length === 0) return [];
    const which =
      gone.length > 0 ? `shard ${gone.map((index) => `${index}/${of}`).join(", ")}` : "";
    return [`Missing${which && ` is ${which}`}: ${some(absent)}.`];
  });
}

interface Read {
  readonly folder: string;
  readonly heads: readonly HeadRow[];
  readonly faults: readonly string[];
}

/** The heads of all records that a part has, and which of them are no use. */
async function recordsOf({ folder, run }: Part): Promise<Read> {
  const heads: HeadRow[] = [];
  const faults: string[] = [];
  for (const arm of run.plan.filter(({ unrecorded }) => unrecorded === undefined)) {
    const { name, fault } = await placeOf(folder, arm);
    const found = fault ?? headIn(join(folder, name), arm);
    if (typeof found === "string") faults.push(`${shown(join(folder, name))} ${found}.`);
    else heads.push(found);
  }
  return { folder, heads, faults };
}

function headIn(path: string, arm: PlannedArm): HeadRow | string {
  try {
    const { head } = readRecord(path);
    return headFault(head, arm)?.replace(/\.$/, "") ?? head;
  } catch (error) {
    const why = error instanceof AftershockError ? error.message : reasonOf(error);
    return `can't be read: ${why.replaceAll(path, "").replace(/\.$/, "")}`;
  }
}

/** One version, commit, scenario and configuration ran all of it, and judges it. */
async function otherCode(
  read: readonly Read[],
  scenarios: ReadonlyMap<string, Scenario>,
): Promise<readonly string[]> {
  const judges = new Map<string, Code>();
  for (const [id, { folder }] of scenarios) judges.set(id, await codeOf(folder));
  const faults = read.flatMap(({ folder, heads }) =>
    [...Map.groupBy(heads, (head) => codeFault(head, judges))].flatMap(([fault, own]) =>
      fault === undefined
        ? []
        : [`${shown(folder)}: ${fault} That is so of ${some(own.map(armFile))}.`],
    ),
  );
  return faults.length > 0 ? faults : [...apart(read, commitOf), ...apart(read, configurationOf)];
}

function codeFault({ scenario, provenance }: HeadRow, judges: ReadonlyMap<string, Code>) {
  if (!provenance) return "It does not say what code ran.";
  return differenceOf(provenance, judges.get(scenario)!);
}

const commitOf = ({ provenance }: HeadRow) => ({
  of: "The commit",
  is: provenance?.commit ?? "none",
});

const configurationOf = (head: HeadRow) => ({
  of: `The configuration of ${head.scenario}.${head.arm}`,
  is: head.provenance?.configuration ?? "none",
});

/** What should be the same in all parts, and is not. */
function apart(
  read: readonly Read[],
  tell: (head: HeadRow) => { readonly of: string; readonly is: string },
): readonly string[] {
  const seen = new Map<string, { readonly is: string; readonly folder: string }>();
  const faults = new Set<string>();
  for (const { folder, heads } of read)
    for (const { of, is } of heads.map(tell)) {
      const first = seen.get(of) ?? { is, folder };
      seen.set(of, first);
      if (first.is !== is)
        faults.add(
          `${of} is ${short(first.is)} in ${shown(first.folder)}, and ${short(is)} in ${shown(folder)}.`,
        );
    }
  return [...faults];
}

const short = (hash: string) => hash.slice(0, 12);

const mostNamed = 12;

function some(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return names.slice(0, mostNamed).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
