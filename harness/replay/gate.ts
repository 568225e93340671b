import type { Row, SampleRow } from "../record/schema.ts";
import type { RowSink } from "../record/writer.ts";

/** A sink that can be shut: what comes later is dropped, wherever it comes from. */
export interface Gate extends RowSink {
  shut(): void;
}

/** Lets rows through until it is shut, and by way of it any gate that stands on this one. */
export function gate(sink: RowSink): Gate {
  let open = true;
  return {
    write: (row: Row) => void (open && sink.write(row)),
    sample: (row: SampleRow) => void (open && sink.sample(row)),
    shut: () => void (open = false),
  };
}
