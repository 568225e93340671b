import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ArmRun } from "../../../../harness/report/reporter.ts";
import { createLiveView } from "../../../../harness/report/terminal/live.ts";
import { arm, claim, LIMIT, sample } from "../fixture.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const MiB = 1024 ** 2;
const broken: ArmRun = { scenario: "boto-close", arm: "broken", role: "broken", repeat: 1 };
const fixed: ArmRun = { scenario: "boto-close", arm: "fast-close", role: "fixed", repeat: 1 };
const limits = { memory: LIMIT, pids: null, cpus: null };
const box = {
  type: "container",
  t: 0,
  service: "api",
  container: "c",
  image: "i",
  source: "cgroup-v1",
  hz: 20,
  limits,
} as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("on a terminal", () => {
  test("a running arm shows phase, seconds, memory against its limit, and processes", () => {
    const terminal = new FakeTerminal();
    const view = createLiveView(terminal, Date.now);
    view.armStarted(broken);
    view.container(broken, box);
    view.phase(broken, "hang-up");
    for (let t = 0; t <= 4000; t += 1000) {
      view.sample(broken, "api", sample(t, { workingSet: (t / 1000) * 128 * MiB, processes: 3 }));
    }
    vi.advanceTimersByTime(4000);
    expect(terminal.shown.split("\n")[0]).toBe("   4 s  boto-close / broken  hang-up");
    expect(terminal.shown).toMatch(/api +▁+▃.*█ 512 MiB of 512 MiB +█+ 3 processes/);
  });

  test("it is drawn at most ten times a second, however many samples come", () => {
    const terminal = new FakeTerminal();
    const view = createLiveView(terminal, Date.now);
    view.armStarted(broken);
    for (let t = 0; t < 1000; t += 5) {
      view.sample(broken, "api", sample(t, { workingSet: MiB }));
      vi.advanceTimersByTime(5);
    }
    expect(terminal.writes).toBeLessThanOrEqual(11);
  });

  test("a finished arm scrolls up as a plain line, the others stay below", () => {
    const terminal = new FakeTerminal();
    const view = createLiveView(terminal, Date.now);
    view.armQueued(broken);
    view.armQueued(fixed);
    view.armQueued({ ...fixed, repeat: 2 });
    view.armStarted(broken);
    view.armStarted(fixed);
    vi.advanceTimersByTime(1000);
    view.armEnded(broken, arm());
    view.note("a word");
    expect(terminal.shown.split("\n").map((line) => line.trimEnd())).toEqual([
      "ok   boto-close / broken: reproduced in 13.4 s: rise 512 MiB (at least 256 MiB)",
      "a word",
      "   1 s  boto-close / fast-close  starting",
      "",
      "  1 waiting",
    ]);
  });

  test("the seconds go on while nothing is heard of the arm", () => {
    const terminal = new FakeTerminal();
    const view = createLiveView(terminal, Date.now);
    view.armStarted(broken);
    vi.advanceTimersByTime(20_000);
    expect(terminal.shown).toMatch(/^ +(19|20) s/);
    view.stop();
  });

  test("no line is wider than the terminal", () => {
    const terminal = new FakeTerminal(40);
    const view = createLiveView(terminal, Date.now);
    view.armStarted({ ...broken, arm: "a-name-that-is-much-too-long-for-this" });
    view.sample(broken, "api", sample(0, { workingSet: MiB, processes: 2 }));
    vi.advanceTimersByTime(200);
    for (const line of terminal.shown.split("\n")) expect(line.length).toBeLessThan(40);
  });

  test("a terminal that says it has no size is taken for one of 80 by 24", () => {
    const terminal = new FakeTerminal(0, 0);
    const view = createLiveView(terminal, Date.now);
    view.armStarted(broken);
    vi.advanceTimersByTime(200);
    expect(terminal.shown).toContain("boto-close / broken  starting");
  });

  test("stopped, it wipes what it drew and gives the cursor back", () => {
    const terminal = new FakeTerminal();
    const view = createLiveView(terminal, Date.now);
    view.armStarted(broken);
    vi.advanceTimersByTime(200);
    expect(terminal.cursorShown).toBe(false);
    view.stop();
    view.sample(broken, "api", sample(0));
    vi.advanceTimersByTime(1000);
    expect(terminal.shown).toBe("");
    expect(terminal.cursorShown).toBe(true);
  });
});

describe("in a pipe", () => {
  test("start, phases and verdict are plain lines; samples are silent", () => {
    let text = "";
    const view = createLiveView({ write: (more) => (text += more) }, Date.now);
    view.armQueued(broken);
    view.armStarted(broken);
    vi.advanceTimersByTime(2000);
    view.phase(broken, "hang");
    view.container(broken, box);
    view.sample(broken, "api", sample(0));
    view.armEnded(
      broken,
      arm({ ok: false, verdict: "not reproduced", claims: [claim({ ok: false, measured: 0 })] }),
    );
    view.armEnded(fixed, undefined);
    view.stop();
    expect(text.split("\n")).toEqual([
      "boto-close / broken: started (broken)",
      "boto-close / broken: hang at 2.00 s",
      "FAIL boto-close / broken: not reproduced in 13.4 s: rise 0 B (at least 256 MiB)",
      "---- boto-close / fast-close: broken off",
      "",
    ]);
  });
});
