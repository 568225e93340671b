import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cleanData, cleanLine, cleanText } from "../../../../harness/report/terminal/clean.ts";
import { fixTable } from "../../../../harness/report/terminal/fix-table.ts";
import { createLiveView } from "../../../../harness/report/terminal/live.ts";
import { verdictTable } from "../../../../harness/report/terminal/table.ts";
import { arm, claim, definition, verdictOf } from "../fixture.ts";
import { FakeTerminal } from "./fake-terminal.ts";

/* oxlint-disable no-control-regex -- the control characters are what is to be kept out */
const UNWANTED =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]|^\s*::[a-z-]+(?:\s|::)|##\w*\[/m;

const hostile = {
  "a colour": "\u001b[32mok\u001b[0m",
  "a cleared screen": "\u001b[2J\u001b[H",
  "a title": "\u001b]0;owned\u0007",
  "a link": "\u001b]8;;http://evil\u001b\\here\u001b]8;;\u001b\\",
  "a clipboard": "\u001b]52;c;ZXZpbA==\u0007",
  "an answer asked for": "\u001b[6n\u001b[c\u0005",
  "an escape that is cut": "text\u001b",
  "C1 controls": "\u009b31mred\u009d0;t\u009c",
  "a line written over": "FAIL\rok  ",
  "a line rubbed out": "FAIL\b\b\b\bok  ",
  "a line more": "one\nok   boto-close / broken: reproduced",
  "lines of another kind": "one\u2028two\u2029three\u0085four",
  "a bell and a null": "\u0007\u0000",
  "text that runs backwards": "\u202egnp.exe\u202c \u2066\u2069\u200f",
  "what nobody sees": "a\u200bb\u200cc\u200dd\ufeffe\u00adf\u2060g\u{e0041}",
  "half a character": "a\ud800b",
  "orders to a CI":
    "::set-output name=a::b\n  ::add-mask::a ##[add-path]a ##vso[task.x]a\u200b##\u200b[x]",
};

describe("hostile text", () => {
  test.each(Object.entries(hostile))("%s is one plain line", (_, text) => {
    expect(cleanLine(text)).not.toMatch(UNWANTED);
    expect(cleanLine(text)).not.toContain("\n");
  });

  test("whatever it is, nothing unwanted is left; cleaned again it stays the same", () => {
    const unit = fc.string({ unit: "binary", maxLength: 40 });
    const mixed = fc.array(fc.oneof(unit, fc.constantFrom(...Object.values(hostile))));
    fc.assert(
      fc.property(mixed, (parts) => {
        const text = cleanText(parts.join(""));
        expect(text).not.toMatch(UNWANTED);
        expect(cleanText(text)).toBe(text);
      }),
    );
  });

  test.each(["\u001b]a", "\u001b[", "\u009d", "\u001b];", "\u0090a"])(
    "%j again and again takes no longer than it is long",
    { timeout: 2000 },
    (text) => {
      expect(cleanLine(text.repeat(100_000))).not.toMatch(UNWANTED);
    },
  );

  test("plain text of any language stays as it is, lines of a text too", () => {
    const text = "größer als 30 s: std::move, ::ffff:10.0.0.1, 日本語, עברית, 🙂 × – ≤\nand more";
    expect(cleanText(text)).toBe(text);
  });

  test("data is cleaned through and through", () => {
    expect(cleanData({ a: ["\u001b[2Jx", { b: "y\n" }], c: 1, d: null })).toEqual({
      a: ["x", { b: "y " }],
      c: 1,
      d: null,
    });
  });
});

describe.each(Object.entries(hostile))("from a record, %s", (_, text) => {
  const run = { scenario: `s${text}`, arm: `a${text}`, role: "broken", repeat: 1 } as const;
  const judged = arm({
    name: `n${text}`,
    ok: false,
    verdict: "not reproduced",
    reason: `r${text}`,
    notes: [text],
    claims: [claim({ id: text, sentence: `c${text}`, ok: false, unit: `B/${text}` })],
  });
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  test("does nothing in the live view of a terminal", () => {
    const terminal = new FakeTerminal(); // refuses any control that is not our own
    const view = createLiveView(terminal, Date.now);
    const plots = [{ title: text, observed: "seen" }];
    view.armQueued(run, definition({ id: text, plots }));
    view.armStarted(run);
    view.phase(run, text);
    view.observation(run, { type: "observation", t: 0, name: "seen", value: 3 });
    using _live = view.live?.(() => text);
    vi.advanceTimersByTime(500);
    expect(terminal.shown.split("\n")).toHaveLength(3);
    expect(terminal.shown).not.toMatch(UNWANTED);
    view.armEnded(run, judged);
    view.note(text);
    view.stop();
    expect(terminal.shown).not.toMatch(UNWANTED);
    expect(terminal.shown.split("\n").length).toBeLessThanOrEqual(2);
  });

  test("does nothing in plain lines", () => {
    let said = "";
    const view = createLiveView({ write: (more) => (said += more) }, Date.now, true);
    view.armQueued(run, definition({ id: text, plots: [] }));
    view.armStarted(run);
    view.phase(run, text);
    vi.advanceTimersByTime(11_000);
    view.armEnded(run, judged);
    view.note(text);
    expect(said).not.toMatch(UNWANTED);
    expect(said.trimEnd().split("\n").length).toBeLessThanOrEqual(5);
  });

  test("does nothing in the table of a fix", () => {
    const told = { scenario: "s", name: text, verdict: judged, broken: judged.claims };
    expect(fixTable({ ...told, beside: [text] })).not.toMatch(UNWANTED);
  });

  test("does nothing in the table, where our own colours stay", () => {
    vi.stubEnv("NO_COLOR", "");
    const verdict = verdictOf([judged], { leftovers: [text] });
    expect(verdictTable(verdict)).not.toMatch(UNWANTED);
    const coloured = verdictTable(verdict, { isTTY: true });
    expect(coloured).toContain("\u001b[31m");
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).not.toMatch(UNWANTED);
  });
});
