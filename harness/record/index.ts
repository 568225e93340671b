export * from "./schema.ts";
export { openRecord, sampleRow, type RecordWriter, type RowSink } from "./writer.ts";
export { parseRecord, readRecord, type RunRecord } from "./reader.ts";
