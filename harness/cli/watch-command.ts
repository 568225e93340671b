import { acquireEngine } from "../engine/index.ts";
import { AftershockError, UsageError } from "../errors.ts";
import { PLAIN } from "../drill/quiet-progress.ts";
import { placesOf } from "../drill/session.ts";
import type { Progress } from "../progress.ts";
import type { EarlyNo } from "../replay/early-look.ts";
import type { Built } from "../replay/run-arms.ts";
import { nextNumber, removeRunFolder } from "../replay/run-folder.ts";
import { boundText, formatMs, measuredText } from "../report/format.ts";
import { cleanLine } from "../report/terminal/clean.ts";
import { wrap } from "../report/terminal/text.ts";
import { checkText, inWords, type CheckRequest } from "./check-command.ts";
import { subjectOf, type Subject } from "./check-subject.ts";
import type { Output } from "./context.ts";
import { createLines, type Lines } from "./lines.ts";
import { playFix } from "./play-fix.ts";
import { quickLooks } from "./quick-looks.ts";
import { nextSave, savedBetween, standingOf, type Standing } from "./saves.ts";

type WatchRequest = Omit<CheckRequest, "json">;

/**
 * Judges a fix at each save, until it is interrupted: first whether it parses and starts, then every
 * promise as soon as it is broken for good, and whether it is fixed when all of the drive was played.
 * A save ends the check that runs, and begins another.
 * @throws EnvironmentError, UsageError before the first check
 */
export async function watchFix(request: WatchRequest, out: Output): Promise<void> {
  const { signal, columns } = request;
  const subject = await subjectOf(request);
  using lines = createLines(out, columns, signal);
  lines.line("Checks begin at each save; Ctrl-C ends this.");
  await using _engine = await acquireEngine({ progress: progressOf(subject, lines), signal });
  let before: Standing = new Map();
  for (let n = await firstNumber(subject); !signal.aborted; n++) {
    const now = await standingOf(subject.source);
    const files = before.size === 0 ? "" : `, ${told(savedBetween(before, now))} saved`;
    lines.line(`\ncheck ${n}   ${new Date().toTimeString().slice(0, 8)}${files}`.trim());
    before = now;
    const saved = new AbortController();
    const over = AbortSignal.any([signal, saved.signal]);
    const next = nextSave(subject.source, now, signal).finally(() => saved.abort());
    next.catch(() => {}); // it is awaited below, if nobody interrupts
    await oneCheck(subject, { ...request, n, signal: over }, lines);
    lines.doing(undefined);
    if (signal.aborted) return;
    lines.line(saved.signal.aborted ? "saved: this check is over" : "Waiting for the next save.");
    await next.catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** In a drill each check has the number of its folder, also after one that was cut off. */
const firstNumber = async ({ session }: Subject) =>
  session ? nextNumber(placesOf(session.path).checks) : 1;

async function oneCheck(
  subject: Subject,
  request: WatchRequest & { readonly n: number },
  lines: Lines,
): Promise<void> {
  const rungs = createRungs(subject, lines, request.columns);
  const { progress, reporter, built, early } = rungs;
  try {
    const playing = { ...request, progress, reporter, built, early };
    const played = await playFix(subject, playing);
    lines.doing(undefined);
    if (played.yours.interrupted) await removeRunFolder(played.folder);
    else lines.block(`\n${checkText(subject, played, request.columns)}`);
  } catch (error) {
    lines.doing(undefined);
    if (request.signal.aborted) return;
    // What she has written wrongly is hers to mend, and the next save is another check.
    if (!(error instanceof AftershockError)) throw error;
    lines.line(`${error instanceof UsageError ? "not checked" : "can't tell"}: ${error.message}`);
    if (error.hint !== undefined) lines.line(error.hint);
  }
}

/** The rungs of one check, a line each as it is reached. */
function createRungs(subject: Subject, lines: Lines, columns: number) {
  const { words } = subject;
  const began = performance.now();
  const after = () => formatMs(performance.now() - began);
  const rung = (what: string, how: string) =>
    lines.line(`- ${what.padEnd(40)} ${after().padStart(8)}   ${how}`);
  let no = false;
  const looks = quickLooks(subject, {
    begin: () => lines.doing("looking at your files before anything is started"),
    end({ what, ok, said }) {
      rung(what, ok ? "ok" : "NO");
      // The tool's own words, of her own files.
      for (const line of said) if (!ok) lines.line(`    ${line}`);
    },
  });
  const built: Built = async (...images) => {
    rung("it builds", "ok");
    await looks(...images);
    lines.doing("starting the system");
  };
  return {
    progress: progressOf(subject, lines),
    built,
    reporter: {
      phase(_: unknown, phase: string) {
        if (phase === "baseline") rung("it starts, and answers", "ok");
        lines.doing(`${no ? "the rest runs on" : "not seen failing yet"}: ${words.phase(phase)}`);
      },
    },
    early({ claim: own }: EarlyNo) {
      const claim = inWords(own, words);
      const figures = `${measuredText(claim)}, promised ${boundText(claim)}`;
      const [first = "", ...more] = wrap(cleanLine(claim.sentence), 40, "");
      lines.line(`- ${first.padEnd(40)} ${after().padStart(8)}   NO`);
      for (const text of [...more, figures]) lines.line(`    ${text}`);
      if (!no)
        lines.block(
          `${wrap(`Still broken (seen at ${after()}; this will not change). The rest runs on, or save again.`, columns, "").join("\n")}\n`,
        );
      no = true;
    },
  };
}

/** Steps as what is going on; in a drill without their names, which would give it away. */
function progressOf({ session }: Subject, lines: Lines): Progress {
  return {
    async step(what, run, plain = PLAIN) {
      lines.doing(session ? plain : what);
      return run();
    },
    note(line) {
      if (!session) lines.line(line);
    },
  };
}

const told = (files: number) => `${files} ${files === 1 ? "file" : "files"}`;
