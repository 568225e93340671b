import { evidenceOf } from "../../../../harness/judge/evidence.ts";
import { valueBefore } from "../../../../harness/judge/series.ts";
import { span, told, type Change } from "../../../support/spans.ts";

/** The table stays as it was when a phase began, up to another, or to the end. */
export const noRow =
  (phase: string, next?: string): Change =>
  (rows) => {
    const during = span(rows, phase, next);
    const before = valueBefore(evidenceOf(rows).observedSeries("rows"), during.from);
    return told(rows, "rows", during, () => before);
  };
