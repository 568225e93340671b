import { buildCommand } from "@stricli/core";
import { UsageError } from "../../errors.ts";
import type { VerbContext } from "../context.ts";
import type { Shard } from "../../replay/shard.ts";
import { pathName } from "../path-name.ts";
import { toldInput } from "../told-error.ts";

interface Flags {
  readonly all: boolean;
  readonly arm?: readonly string[];
  readonly repeat: number;
  readonly shard?: Shard;
  readonly jobs?: number;
  readonly out: string;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** `aftershock run [ID...]` */
export const replay = buildCommand<Flags, string[], VerbContext>({
  docs: {
    brief: "Replay incidents: measure the failure, then the fix, and judge both",
    customUsage: [
      { input: "", brief: "each incident failing, and held by its story's own fix" },
      { input: "boto-close --all", brief: "every arm: other right fixes, and wrong ones" },
      { input: "boto-close --arm broken --arm boto3", brief: "the arms that are named" },
      { input: "cron-pileup --repeat 10 --json > verdict.json", brief: "ten times, for a script" },
      { input: "--all --shard 2/4", brief: "the second quarter; `merge` puts the four together" },
      { input: "./incidents/march", brief: "a scenario of your own" },
    ],
  },
  parameters: {
    positional: {
      kind: "array",
      parameter: {
        brief: "ids or folders; if none is named, all of the project's",
        parse: String,
        placeholder: "id",
      },
    },
    flags: {
      all: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "every arm, not only the broken one and the first fixed one",
      },
      arm: {
        kind: "parsed",
        parse: String,
        variadic: true,
        optional: true,
        brief: "only this arm (may be said more than once)",
      },
      repeat: {
        kind: "parsed",
        parse: atLeastOne("--repeat"),
        default: "1",
        brief: "run each arm N times",
      },
      shard: {
        kind: "parsed",
        parse: shard,
        optional: true,
        placeholder: "I/N",
        brief: "the I-th of N parts that take about as long, for one machine of N",
      },
      jobs: {
        kind: "parsed",
        parse: atLeastOne("--jobs"),
        optional: true,
        brief: "most arms at once (default: what the machine holds)",
      },
      out: {
        kind: "parsed",
        parse: pathName("--out"),
        default: "runs",
        brief: "folder for the run's folder",
      },
      json: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "the verdict on standard output, all else on standard error",
      },
      verbose: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "each phase as it begins, and two lines on each arm at the end",
      },
    },
  },
  async func(flags, ...ids) {
    if (flags.all && flags.arm)
      throw new UsageError("BAD_FLAG", "--all plays every arm: leave --arm out, or --all.");
    const { runCommand } = await import("../run-command.ts");
    this.process.needsOutput = flags.json;
    this.process.exitCode = await runCommand({ ...flags, ids });
  },
});

/** "2/4" is the second of four. */
function shard(text: string): Shard {
  const [, index, of] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text)?.map(Number) ?? [];
  if (index && of && index <= of) return { index, of };
  throw new UsageError(
    "BAD_FLAG",
    `--shard takes a part and their number, as 1/4 to 4/4, not "${toldInput(text)}".`,
  );
}

const most = 10_000;

/** A number in plain digits: 1e9 and 0x10 are slips, and mean something else to others. */
function atLeastOne(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[1-9]\d*$/.test(text) && value <= most) return value;
    throw new UsageError(
      "BAD_FLAG",
      `${flag} takes a whole number from 1 to ${most}, not "${toldInput(text)}".`,
    );
  };
}
