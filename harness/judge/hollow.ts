import type { ScenarioDefinition } from "../scenario/types.ts";
import { noteClaims, type NotedClaim } from "./claim.ts";
import { hollowEvidence, type Asked, type Variant } from "./hollow-evidence.ts";
import { isSlip } from "./slips.ts";
import { unawaited, wordsOf } from "./sound.ts";

/** What a scenario claims, as far as it can be told before anything was run. */
export interface HollowClaims {
  readonly broken: readonly NotedClaim[];
  readonly fixed: readonly NotedClaim[];
  readonly contrast: readonly NotedClaim[];
  /** Names of the figures. */
  readonly figures: readonly string[];
  /** What the judge asked a record for. */
  readonly asked: Asked;
  /** What its code threw for names that nothing defines: no record would mend that. */
  readonly slips: readonly ReferenceError[];
  /** What is wrong with it, a sentence each. */
  readonly problems: readonly string[];
}

const LISTS = ["broken", "fixed", "contrast"] as const;
type List = (typeof LISTS)[number];

/** Draws of stand-ins, each for every arm: so that claims made on a condition are heard of. */
const DRAWS = 12;
const MOST_ARMS = 64;

const UNPROVEN = "no guard asks for a load: nothing proves that one was applied";

/**
 * What a scenario claims: its judge is given evidence of nothing, in which whatever it asks for is
 * answered by a stand-in, and the claims are noted that it makes of it. The same for the same
 * scenario each time; never throws, whatever the judge does.
 */
export function hollowClaims(definition: ScenarioDefinition): HollowClaims {
  const hearing = new Hearing();
  const early: NotedClaim[] = [];
  const [asked, byGuards] = [nothingAsked(), nothingAsked()];
  const figures = new Set<string>();
  for (const variant of variantsOf(definition)) {
    const evidence = () => hollowEvidence(definition, variant, asked);
    hearing.listen("broken", () => definition.judge.broken(evidence()));
    hearing.listen("fixed", () => definition.judge.fixed(evidence()));
    hearing.listen("contrast", () => definition.judge.contrast?.(evidence(), evidence()) ?? []);
    for (const part of definition.judge.early ?? [])
      hearing.tried(() =>
        noteClaims(
          (claim) => early.push(claim),
          () => part(evidence()),
        ),
      );
    hearing.tried(() => definition.judge.guards(hollowEvidence(definition, variant, byGuards)));
    hearing.tried(() => {
      for (const name of Object.keys(definition.judge.figures(evidence()))) figures.add(name);
    });
  }
  const heard = {
    broken: hearing.claims("broken"),
    fixed: hearing.claims("fixed"),
    contrast: hearing.claims("contrast"),
  };
  const problems = [
    ...hearing.problems(),
    ...sameIds(heard.broken, heard.fixed),
    ...unknownIds(definition, hearing, heard),
    ...early.flatMap(({ id }) => notOfFixes(id, hearing)),
    ...(byGuards.loads.size > 0 || definition.loads?.length ? [] : [UNPROVEN]),
  ];
  return {
    ...heard,
    figures: [...figures],
    asked: together(asked, byGuards),
    slips: hearing.slips,
    problems: [...new Set(problems)],
  };
}

/** What was heard of each list, over all variants. */
class Hearing {
  readonly #heard: Record<List, NotedClaim[]> = { broken: [], fixed: [], contrast: [] };
  readonly #faults = new Map<string, string>();
  readonly #thrown = new Map<List, string>();
  readonly slips: ReferenceError[] = [];

  listen(list: List, make: () => unknown): void {
    const made: NotedClaim[] = [];
    try {
      const given = noteClaims((claim) => made.push(claim), make);
      unawaited(given);
      if (!Array.isArray(given)) this.#faults.set(list, `\`${list}\` gives no list of claims`);
    } catch (error) {
      this.#thrown.set(list, wordsOf(error));
      if (isSlip(error)) this.slips.push(error);
    }
    this.#heard[list].push(...made);
    const twice = made.find(({ id }, i) => made.findIndex((other) => other.id === id) !== i);
    if (twice)
      this.#faults.set(`${list} ${twice.id}`, `\`${list}\` makes two claims "${twice.id}"`);
  }

  /** What another part asks until it ends has been noted. */
  tried(run: () => unknown): void {
    try {
      unawaited(run());
    } catch (error) {
      if (isSlip(error)) this.slips.push(error);
    }
  }

  /** One of each id, with a bound if it ever had one. */
  claims(list: List): readonly NotedClaim[] {
    const byId = Map.groupBy(this.#heard[list], ({ id }) => id);
    return [...byId.values()].map((same) => same.find(isBounded) ?? same[0]!);
  }

  /** Whether the judge came to the end of that list each time: only then nothing was missed. */
  isWhole(list: List): boolean {
    return !this.#thrown.has(list) && !this.#faults.has(list);
  }

  problems(): readonly string[] {
    const unbounded = LISTS.flatMap((list) =>
      this.claims(list)
        .filter((claim) => !isBounded(claim))
        .map(
          ({ id, bound }) =>
            `\`${list}\`: claim "${id}" has ${bound === undefined ? "no bound" : "a bound that is no number"}`,
        ),
    );
    const unmet = LISTS.flatMap((list) =>
      this.claims(list)
        .filter(({ bound = 0, boundHigh = bound }) => boundHigh < bound)
        .map(({ id }) => `\`${list}\`: claim "${id}" has bounds that nothing can meet`),
    );
    const silent = (["broken", "fixed"] as const)
      .filter((list) => this.#heard[list].length === 0 && !this.#faults.has(list))
      .map((list) => `\`${list}\` makes no claim${this.#told(list)}`);
    return [...this.#faults.values(), ...unbounded, ...unmet, ...silent];
  }

  #told(list: List): string {
    const thrown = this.#thrown.get(list);
    return thrown === undefined ? "" : `: ${thrown}`;
  }
}

const isBounded = ({ bound, boundHigh }: NotedClaim) =>
  Number.isFinite(bound) && (boundHigh === undefined || Number.isFinite(boundHigh));

/** Both lists may hold one claim; one id for two makes `upholds` and `rejectedBy` ambiguous. */
function sameIds(broken: readonly NotedClaim[], fixed: readonly NotedClaim[]): readonly string[] {
  return broken.flatMap(({ id, sentence }) =>
    fixed.some((claim) => claim.id === id && claim.sentence !== sentence)
      ? [`"${id}" is one claim in \`broken\` and another in \`fixed\``]
      : [],
  );
}

/** Ids that an arm names and no list has; nothing is said of lists that were not heard to their end. */
function unknownIds(
  { arms }: ScenarioDefinition,
  hearing: Hearing,
  heard: Readonly<Record<"broken" | "fixed", readonly NotedClaim[]>>,
): readonly string[] {
  const has = (list: "broken" | "fixed", id: string) =>
    !hearing.isWhole(list) || heard[list].some((claim) => claim.id === id);
  return Object.entries(arms).flatMap(([name, { kind, rejectedBy = [], upholds = [] }]) => {
    const own = kind === "no fault" ? "broken" : "fixed";
    const other = own === "fixed" ? "broken" : "fixed";
    return [
      ...rejectedBy
        .filter((id) => !has(own, id))
        .map((id) => `arms.${name}.rejectedBy: \`${own}\` makes no claim "${id}"`),
      ...upholds
        .filter((id) => !has(own, id) && !has(other, id))
        .map((id) => `arms.${name}.upholds: there is no claim "${id}"`),
    ];
  });
}

/** An early no says that a promise is broken: one that `fixed` makes. */
const notOfFixes = (id: string, hearing: Hearing): readonly string[] =>
  !hearing.isWhole("fixed") || hearing.claims("fixed").some((claim) => claim.id === id)
    ? []
    : [`\`early\` makes a claim "${id}", which \`fixed\` does not`];

function nothingAsked(): Asked {
  return {
    services: new Set(),
    phases: new Set(),
    loads: new Set(),
    observations: new Set(),
    metrics: new Set(),
  };
}

function together(a: Asked, b: Asked): Asked {
  return {
    services: a.services.union(b.services),
    phases: a.phases.union(b.phases),
    loads: a.loads.union(b.loads),
    observations: a.observations.union(b.observations),
    metrics: a.metrics.union(b.metrics),
  };
}

function variantsOf({ arms }: ScenarioDefinition): readonly Variant[] {
  const names = Object.keys(arms).slice(0, MOST_ARMS);
  return names.flatMap((arm) =>
    Array.from({ length: DRAWS }, (_, draw): Variant => ({ arm, draw })),
  );
}
