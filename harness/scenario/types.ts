import type { Claim, Evidence, Figure, Guard, Service } from "../judge/types.ts";
import type { Metric } from "../record/metrics.ts";
import type { Role } from "../record/schema.ts";
import type { Stage, Whose } from "./stage-types.ts";

/** One configuration of a scenario that is run and judged. */
export interface Arm<C extends string = string> {
  readonly role: Role;
  /** Build target of the Dockerfile, given to compose as ARM. Default: the arm's own name. */
  readonly target?: string;
  /** Further variables for compose.yml, e.g. a memory limit. */
  readonly env?: Readonly<Record<string, string>>;
  /** One sentence: what this arm changes, and for a control why one might try it. */
  readonly why?: string;
  /**
   * For a control. "wrong fix" (default): judged by the `fixed` claims, must be rejected.
   * "no fault": the fault is left out; judged by the `broken` claims, must not reproduce.
   */
  readonly kind?: "wrong fix" | "no fault";
  /**
   * For a control, and there needed: ids of claims that must fail, so that it is turned down for
   * the right reason. Of a wrong fix they are `fixed` claims, of one without the fault `broken` ones.
   */
  readonly rejectedBy?: readonly C[];
  /** For a control: ids of claims, of either list, that must hold all the same. */
  readonly upholds?: readonly C[];
  /** For a fixed arm: the broken arm that `contrast` compares it with. Default: the first one. */
  readonly against?: string;
  /** Overrides of the scenario's needs. */
  readonly needs?: Needs;
}

/** What one arm takes while it runs. */
export interface Needs {
  /** Sum of what its containers may use at once, e.g. "1.5 GiB". */
  readonly memory?: string;
  /**
   * Processors kept busy on average, e.g. 0.3, and more where being late would change what is
   * seen: arms run side by side until these are all taken. Default 0.5.
   */
  readonly cpus?: number;
  /** About how long one arm takes, seconds: long arms are started first. Default 15. */
  readonly seconds?: number;
  /**
   * When an arm that is not over is broken off, as inconclusive. Default: 120, or 6 times `seconds`
   * if that is more, and what the `ready` probes may take on top. Up to 43200.
   */
  readonly limitSeconds?: number;
  /** True where timing matters so much that nothing else may run beside it. */
  readonly exclusive?: boolean;
}

/** A part of the system that a fix may change: files of one image, wherever it runs. */
export interface Place {
  /** Services that run the image. */
  readonly services: readonly string[];
  /** Folder of the image over which a fix's files are laid, and in which its patches are applied. */
  readonly at: string;
}

/** What a fix of somebody's own may change: all that right fixes of the story could need. */
export interface Fixable {
  /** By name: a folder of that name in a fix's folder is laid over it. */
  readonly places: Readonly<Record<string, Place>>;
  /** Variables of compose.yml that a fix may set. */
  readonly settings?: readonly string[];
}

/** What differs between the story and this replay. */
export interface Scaled {
  readonly what: string;
  readonly then: string;
  readonly here: string;
  readonly why: string;
  /** What keeps the replay true in spite of it. */
  readonly holds: string;
}

export interface Source {
  /** Title of the published document. */
  readonly document: string;
  readonly publisher: string;
  /** Date of publication, ISO 8601. */
  readonly published: string;
}

/** The story of the pair in a few words and one figure: for a terminal while it runs, and its end. */
export interface Headline {
  /** The figure of both arms that says by how much. */
  readonly figure: string;
  /** How the broken arm failed, and how the fixed one held: in 48 characters each they are one line. */
  readonly failed: string;
  readonly held: string;
  /** What the first plot shows, in two or three words; its title if left out. */
  readonly watched?: string;
}

/** Names of a scenario's own, so that the type system knows a slip in the rest of it. */
export interface Names<S extends string, P extends string, L extends string> {
  /** Those of compose.yml; replicas go by their numbers as well. */
  readonly services?: readonly S[];
  /** Those that the drive marks. */
  readonly phases?: readonly P[];
  /** Those that the drive counts. */
  readonly loads?: readonly L[];
}

/**
 * What a scenario says about itself; `defineScenario` checks it and returns it as it is. Its services,
 * phases and loads are any, unless `names` has them; its claims are those that the judge makes.
 */
export interface ScenarioDefinition<
  S extends string = string,
  P extends string = string,
  L extends string = string,
  C extends string = string,
> {
  /** The folder's name: small letters, digits, hyphens. */
  readonly id: string;
  readonly title: string;
  /** The story in about three lines, for reports and `show`. */
  readonly story: string;
  readonly headline?: Headline;
  readonly source: Source;
  readonly scaled: readonly Scaled[];
  /** Needs of one arm, unless the arm says otherwise. */
  readonly needs: Needs & { readonly memory: string };
  /** First the broken arm(s), then the fixed, then the controls. */
  readonly arms: Readonly<Record<string, Arm<NoInfer<C>>>>;
  readonly names?: Names<S, P, L>;
  /** What `check` lets a fix change. Without it the scenario takes no fixes but its own arms. */
  readonly fixable?: Fixable;
  /** Service and metric the report plots large; others are plotted small. */
  readonly plots: readonly Plot<NoInfer<S>>[];
  /**
   * When the system is healthy: the command must end with 0 inside that service, tried again
   * until it does or `withinMs` (default 60 s) is over, which is `environment`.
   */
  readonly ready: readonly ReadyProbe<NoInfer<S>>[];
  /** Loads that may rightly be none at all in some arm: others that a record lacks are mistakes. */
  readonly loads?: readonly string[];
  /** Phases that some arms leave out, for `hasPhase`: others that a record lacks are mistakes. */
  readonly phases?: readonly string[];
  /** Applies the load, marks the phases, observes. Runs once per arm. */
  drive(stage: Stage<NoInfer<S>, NoInfer<P>, NoInfer<L>>): Promise<void>;
  readonly judge: Judgement<S, P, L, C>;
}

/** Either a sampled metric of a service, or a numeric observation. */
export type Plot<S extends string = string> = PlottedMetric<S> | PlottedObservation;

interface PlottedMetric<S extends string> {
  readonly title: string;
  readonly service: Service<S>;
  readonly metric: Metric;
  readonly observed?: undefined;
  readonly unit?: string | undefined;
}

interface PlottedObservation {
  readonly title: string;
  readonly service?: never;
  readonly metric?: never;
  readonly observed: string;
  readonly unit?: string | undefined;
}

export interface ReadyProbe<S extends string = string> {
  readonly service: Service<S>;
  readonly command: readonly string[];
  readonly withinMs?: number;
  readonly of?: Whose;
}

/** Parts of a list of claims, each made on its own. */
export type Early = readonly ((soFar: Evidence) => readonly Claim[])[];

/** Pure functions from evidence to claims: no Docker, no clock, no files. */
export interface Judgement<
  S extends string = string,
  P extends string = string,
  L extends string = string,
  C extends string = string,
> {
  /** Unless all of these hold, the verdict is `inconclusive`. */
  guards(evidence: Seen<S, P, L>): readonly Guard[];
  /** Numbers worth telling, whatever the verdict. */
  figures(evidence: Seen<S, P, L>): Readonly<Record<string, Figure>>;
  /** Hold all of these, the failure is `reproduced`. */
  broken(evidence: Seen<S, P, L>): readonly Claim<C>[];
  /** Hold all of these, the failure is `fixed`; any right fix must pass. */
  fixed(evidence: Seen<S, P, L>): readonly Claim<C>[];
  /**
   * Parts of `fixed`, for an early no while a fix is tried: each is asked about once a second what it
   * makes of the record so far. List only claims that stay false, or unmade, once they are false,
   * so that the whole record makes no fix of it: what only grows (never, peak, at most), and what was
   * measured in a phase that is over (`isOver`). What a part throws says nothing.
   */
  readonly early?: Early;
  /** What must hold between a broken and a fixed run; counted with the fixed arm. */
  contrast?(broken: Seen<S, P, L>, fixed: Seen<S, P, L>): readonly Claim<C>[];
}

type Seen<S extends string, P extends string, L extends string> = Evidence<
  NoInfer<S>,
  NoInfer<P>,
  NoInfer<L>
>;
