import * as z from "zod";
import { METRIC_NAMES } from "../record/metrics.ts";
import { ROLES } from "../record/schema.ts";
import { parseBytes } from "./bytes.ts";
import { longestLimitSeconds } from "./longest.ts";
import { nearest } from "./nearest.ts";

const sentence = z.string().trim().min(1);
const ident = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9-]*$/, "small letters, digits and hyphens only");
const bytes = z.string().refine((text) => parseBytes(text) !== undefined, {
  error: 'not a size with a unit: write it such as "512 MiB" (2^20) or "512 MB" (10^6)',
});
/** Variables that compose, its libraries or the system that starts it listen to themselves. */
const ofPrograms =
  /^(PATH|HOME|GO(DEBUG|GC|MEMLIMIT|MAXPROCS|TRACEBACK)|(LD|DYLD|COMPOSE|DOCKER|BUILDX|BUILDKIT|OTEL)_.*)$/;
const variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, "CAPITALS")
  .refine((name) => !ofPrograms.test(name), {
    error: "compose, or what starts it, listens to this variable itself: give it another name",
  });
const callable = z.custom<(...args: never[]) => unknown>((v) => typeof v === "function", {
  error: "a function",
});

/** An object with these keys and no other; of another, what it may be meant for. */
function strict<T extends z.core.$ZodShape>(shape: T) {
  return z.strictObject(shape, {
    error(issue) {
      if (issue.code !== "unrecognized_keys") return undefined;
      const told = issue.keys.map((key) => {
        const guess = nearest(key, Object.keys(shape));
        return `"${key}"${guess === undefined ? "" : `; did you mean "${guess}"?`}`;
      });
      return `there is no key ${told.join(", ")}`;
    },
  });
}

/** One of these words; of another, what there is and what it may be meant for. */
function oneOf<const T extends readonly string[]>(words: T) {
  return z.enum(words, {
    error({ input }) {
      const guess = typeof input === "string" ? nearest(input, words) : undefined;
      const meant = guess === undefined ? "" : `; did you mean "${guess}"?`;
      const told = input === undefined ? "it is missing: one" : `${JSON.stringify(input)} is none`;
      return `${told} of ${words.join(", ")}${meant}`;
    },
  });
}

const needs = strict({
  memory: bytes.optional(),
  cpus: z.number().positive().optional(),
  seconds: z.number().positive().max(longestLimitSeconds).optional(),
  limitSeconds: z.number().positive().max(longestLimitSeconds).optional(),
  exclusive: z.boolean().optional(),
});

const arm = strict({
  role: oneOf(ROLES),
  target: ident.optional(),
  env: z.record(variable, z.string()).optional(),
  why: sentence.optional(),
  kind: oneOf(["wrong fix", "no fault"]).optional(),
  rejectedBy: z.array(z.string()).min(1).optional(),
  upholds: z.array(z.string()).min(1).optional(),
  against: ident.optional(),
  needs: needs.optional(),
})
  .refine((a) => a.role === "control" || !(a.kind ?? a.rejectedBy ?? a.upholds), {
    error: "`kind`, `rejectedBy` and `upholds` are for controls: take them out",
  })
  .refine((a) => a.role === "fixed" || a.against === undefined, {
    error: "`against` is for fixed arms: take it out",
    path: ["against"],
  })
  .refine((a) => a.role !== "control" || a.rejectedBy !== undefined, {
    error: "a control names in `rejectedBy` the claims that turn it down",
  })
  .refine((a) => a.role !== "control" || a.why !== undefined, {
    error: "a control says in `why` what one hoped for",
    path: ["why"],
  });

/** What a scenario.ts must export by default. Checked once, where the file comes in. */
export const scenarioSchema = strict({
  id: ident,
  title: sentence,
  story: sentence,
  headline: strict({
    figure: sentence,
    failed: sentence,
    held: sentence,
    watched: sentence.optional(),
  }).optional(),
  source: strict({
    document: sentence,
    publisher: sentence,
    published: z.iso.date(),
  }),
  scaled: z.array(
    strict({
      what: sentence,
      then: sentence,
      here: sentence,
      why: sentence,
      holds: sentence,
    }),
  ),
  needs: needs.extend({ memory: bytes }),
  names: strict({
    services: z.array(sentence).optional(),
    phases: z.array(sentence).optional(),
    loads: z.array(sentence).optional(),
  }).optional(),
  arms: z.record(ident, arm),
  fixable: strict({
    places: z.record(
      ident,
      strict({
        services: z.array(sentence).min(1),
        at: z.string().regex(/^\//, "a path of the image, from its root"),
      }),
    ),
    settings: z.array(variable).optional(),
  }).optional(),
  plots: z.array(
    strict({
      title: sentence,
      service: z.string().optional(),
      metric: oneOf(METRIC_NAMES).optional(),
      observed: z.string().optional(),
      unit: z.string().optional(),
    }).refine(
      ({ observed, service, metric }) =>
        observed === undefined
          ? service !== undefined && metric !== undefined
          : service === undefined && metric === undefined,
      { error: "either `service` with `metric`, or `observed`" },
    ),
  ),
  ready: z.array(
    strict({
      service: z.string(),
      command: z.array(z.string()).min(1),
      withinMs: z.number().positive().optional(),
      of: oneOf(["lab", "system"]).optional(),
    }),
  ),
  loads: z.array(sentence).optional(),
  phases: z.array(sentence).optional(),
  drive: callable,
  judge: strict({
    guards: callable,
    figures: callable,
    broken: callable,
    fixed: callable,
    early: z.array(callable).optional(),
    contrast: callable.optional(),
  }),
})
  .refine((s) => Object.values(s.arms).some((a) => a.role === "broken"), {
    error: "one arm at least must be `broken`",
    path: ["arms"],
  })
  .refine((s) => Object.values(s.arms).some((a) => a.role === "fixed"), {
    error: "one arm at least must be `fixed`",
    path: ["arms"],
  });
