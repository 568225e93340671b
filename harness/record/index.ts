export * from "./schema.ts";
export { sampleRow } from "./sample.ts";
export { openRecord, type RecordWriter, type RowSink } from "./writer.ts";
export { parseRecord, readRecord, type RunRecord } from "./reader.ts";
