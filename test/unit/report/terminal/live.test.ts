import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ArmRun } from "../../../../harness/report/reporter.ts";
import { createLiveView } from "../../../../harness/report/terminal/live.ts";
import { arm, claim, container, definition, LIMIT, sample } from "../fixture.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const MiB = 1024 ** 2;
const broken: ArmRun = { scenario: "boto-close", arm: "broken", role: "broken", repeat: 1 };
const fixed: ArmRun = { scenario: "boto-close", arm: "fast-close", role: "fixed", repeat: 1 };
const other: ArmRun = { scenario: "cron-pileup", arm: "broken", role: "broken", repeat: 1 };
const boto = definition({
  headline: {
    figure: "peakAfterHangUp",
    failed: "close() reads the rest",
    held: "nothing is read",
    watched: "memory",
  },
});
const cron = definition({ id: "cron-pileup", plots: [] });
const box = container({ service: "box", memory: LIMIT });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function onTerminal(columns?: number, rows?: number) {
  const terminal = new FakeTerminal(columns, rows);
  const view = createLiveView(terminal, Date.now);
  const lines = () => terminal.shown.split("\n").map((line) => line.trimEnd());
  return { terminal, view, lines };
}

describe("on a terminal", () => {
  test("one line per incident: the arm, what is seen of it, its phase and its seconds", () => {
    const { view, lines } = onTerminal();
    view.armQueued(broken, boto);
    view.armQueued(fixed, boto);
    view.armQueued(other, cron);
    view.armStarted(broken);
    view.container(broken, box);
    view.phase(broken, "hang-up");
    for (let t = 0; t <= 4000; t += 1000)
      view.sample(broken, "box", sample(t, { anon: (t / 1000) * 100 * MiB }));
    view.left(30);
    vi.advanceTimersByTime(4000);
    expect(lines()).toEqual([
      "boto-close   broken: memory 400 MiB of 512 MiB, rising, hang-up             4 s",
      "cron-pileup  waiting",
      "0 of 3 arms done, 4 s so far, about 25 s of replaying yet",
    ]);
  });

  test("what is over stays in its incident's line, by its figure", () => {
    const { view, lines } = onTerminal();
    for (const run of [broken, fixed]) view.armQueued(run, boto);
    for (const run of [broken, fixed]) view.armStarted(run);
    vi.advanceTimersByTime(1000);
    expect(lines()[0]).toMatch(/^boto-close {2}broken \+1, starting +1 s$/);
    view.armEnded(broken, arm());
    vi.advanceTimersByTime(1000);
    expect(lines()[0]).toMatch(/^boto-close {2}fast-close, starting; failed 548 MiB +2 s$/);
    view.armEnded(fixed, arm({ name: "fast-close", role: "fixed", verdict: "fixed" }));
    vi.advanceTimersByTime(1000);
    expect(lines()[0]).toBe("boto-close  failed 548 MiB, held 548 MiB");
  });

  test("what is not as claimed is told above at once, and in the incident's line", () => {
    const { view, lines } = onTerminal();
    view.armQueued(broken, boto);
    view.armQueued(fixed, boto);
    view.armStarted(broken);
    view.armEnded(broken, arm({ verdict: "not reproduced", ok: false }));
    vi.advanceTimersByTime(1000);
    expect(lines()[0]).toBe(
      "FAIL boto-close / broken: not reproduced in 13.4 s: rise 512 MiB (at least 256 MiB)",
    );
    expect(lines()[1]).toBe("boto-close  not reproduced 548 MiB, 1 not as claimed; waiting");
  });

  test("what the machine left open is told above, and waits once more", () => {
    const { view, lines } = onTerminal();
    view.armQueued(broken, boto);
    view.armStarted(broken);
    view.armDisturbed(broken, "The machine disturbed the drive.");
    vi.advanceTimersByTime(1000);
    expect(lines()).toEqual([
      "??   boto-close / broken: to be played again. The machine disturbed the drive.",
      "boto-close  waiting",
      "0 of 1 arms done, 1 s so far",
    ]);
    view.armStarted(broken);
    view.armEnded(broken, arm());
    vi.advanceTimersByTime(1000);
    expect(lines()[1]).toMatch(/^boto-close {2}failed/);
    expect(lines()[2]).toMatch(/^1 of 1 arms done/);
  });

  test("setting up has a line as long as it takes, with what goes on in it", async () => {
    const { view, lines } = onTerminal();
    const work = Promise.withResolvers<void>();
    const step = view.step("building 3 images", async () => {
      using _live = view.live!(() => "still building a, b; 2 left");
      await work.promise;
    });
    vi.advanceTimersByTime(7000);
    expect(lines()).toEqual([
      "set-up: building 3 images, 7 s",
      "  still building a, b; 2 left",
      "7 s so far",
    ]);
    work.resolve();
    await step;
    vi.advanceTimersByTime(1000);
    expect(lines()).toEqual(["set-up: building 3 images: done, 7.0 s", "8 s so far"]);
  });

  test("it is drawn at most ten times a second, however many samples come", () => {
    const { terminal, view } = onTerminal();
    view.armQueued(broken, boto);
    view.armStarted(broken);
    for (let t = 0; t < 1000; t += 5) {
      view.sample(broken, "box", sample(t, { anon: t * MiB }));
      vi.advanceTimersByTime(5);
    }
    expect(terminal.writes).toBeLessThanOrEqual(11);
  });

  test("the seconds go on while nothing is heard of the arm", () => {
    const { view, terminal } = onTerminal();
    view.armQueued(broken, boto);
    view.armStarted(broken);
    vi.advanceTimersByTime(20_000);
    expect(terminal.shown).toMatch(/ (19|20) s\n/);
    view.stop();
  });

  test("it is never wider nor higher than the terminal", () => {
    const { view, lines } = onTerminal(40, 6);
    for (let i = 0; i < 9; i += 1) {
      const run = { ...broken, scenario: `s${i}`, arm: "a-name-that-is-much-too-long-for-this" };
      view.armQueued(run, definition({ id: run.scenario }));
      view.armStarted(run);
      view.sample(run, "box", sample(0, { anon: MiB }));
    }
    vi.advanceTimersByTime(200);
    expect(lines()).toHaveLength(5);
    for (const line of lines()) expect(line.length).toBeLessThan(40);
    expect(lines().at(-1)).toMatch(/^0 of 9 arms done/);
  });

  test("a terminal that says it has no size is taken for one of 80 by 24", () => {
    const { view, terminal } = onTerminal(0, 0);
    view.armQueued(broken, boto);
    view.armStarted(broken);
    vi.advanceTimersByTime(200);
    expect(terminal.shown).toContain("boto-close  broken, starting");
  });

  test("stopped, it wipes what it drew and gives the cursor back", () => {
    const { view, terminal } = onTerminal();
    view.armQueued(broken, boto);
    view.armStarted(broken);
    vi.advanceTimersByTime(200);
    expect(terminal.cursorShown).toBe(false);
    view.stop();
    view.sample(broken, "box", sample(0));
    vi.advanceTimersByTime(1000);
    expect(terminal.shown).toBe("");
    expect(terminal.cursorShown).toBe(true);
  });
});

describe("in a pipe", () => {
  function inPipe(verbose?: boolean) {
    let text = "";
    const view = createLiveView({ write: (more) => (text += more) }, Date.now, verbose);
    return { view, lines: () => text.split("\n").slice(0, -1) };
  }

  test("an arm has a line when it starts and one when it ends; the rest is silent", () => {
    const { view, lines } = inPipe();
    for (const run of [broken, fixed]) view.armQueued(run, boto);
    view.armStarted(broken);
    vi.advanceTimersByTime(2000);
    view.phase(broken, "hang");
    view.container(broken, box);
    view.sample(broken, "box", sample(0));
    const off = [claim({ ok: false, measured: 0 })];
    const figures = {};
    view.armEnded(broken, arm({ ok: false, verdict: "not reproduced", claims: off, figures }));
    view.armEnded(fixed, undefined);
    view.stop();
    vi.advanceTimersByTime(60_000);
    expect(lines()).toEqual([
      "boto-close / broken: started (broken)",
      "FAIL boto-close / broken: not reproduced in 13.4 s: rise 0 B (at least 256 MiB)",
      "---- boto-close / fast-close: broken off",
    ]);
  });

  test("where nothing was told for ten seconds, one line says what goes on", () => {
    const { view, lines } = inPipe();
    view.armQueued(broken, boto);
    void view.step("building 3 images", () => {
      view.live!(() => "still building a; 2 left");
      return new Promise(() => {});
    });
    vi.advanceTimersByTime(10_000);
    view.armStarted(broken);
    view.sample(broken, "box", sample(0, { anon: MiB }));
    view.left(42);
    vi.advanceTimersByTime(21_000);
    view.stop();
    expect(lines()).toEqual([
      "0 of 1 arms done, 10 s so far; set-up: building 3 images, 10 s; still building a; 2 left",
      "boto-close / broken: started (broken)",
      expect.stringMatching(
        /^0 of 1 arms done, 20 s so far, about 30 s .*; boto-close \/ broken: memory 1 MiB$/,
      ),
      expect.stringMatching(/^0 of 1 arms done, 30 s so far, about 20 s /),
    ]);
  });

  test("an arm of the pair ends in the scenario's words", () => {
    const { view, lines } = inPipe();
    view.armQueued(broken, boto);
    view.armStarted(broken);
    view.armEnded(broken, arm());
    view.stop();
    expect(lines().at(-1)).toBe(
      "ok   boto-close / broken: reproduced in 13.4 s: close() reads the rest: 548 MiB",
    );
  });

  test("phases are lines only for who asks for them", () => {
    const { view, lines } = inPipe(true);
    view.armQueued(broken, boto);
    view.armStarted(broken);
    view.phase(broken, "hang");
    expect(lines().at(-1)).toBe("boto-close / broken: hang");
    view.stop();
  });

  test("a step that fails says so, and its error goes on", async () => {
    const { view, lines } = inPipe();
    const failing = view.step("pulling x", () => Promise.reject(new Error("no way")));
    await expect(failing).rejects.toThrow("no way");
    expect(lines()).toEqual(["set-up: pulling x: failed, 0.0 s"]);
    view.stop();
  });
});
