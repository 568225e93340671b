import type { Rows } from "../../../support/tampered.ts";

/**
 * A fix's record of before the next release was looked at, and the desk's box with it: as if both
 * had been well. Any other is given back as it is. To go once the example run is newer.
 */
export function withNextRelease(rows: Rows): Rows {
  if (rows.some((row) => row.type === "phase" && row.name === "next release")) return rows;
  return rows.flatMap((row): Rows => {
    if (row.type === "drive-end") {
      const { t } = row;
      const told = { type: "observation", t, name: "states forgotten", value: 0 } as const;
      return [{ type: "phase", t, name: "next release" }, told, row];
    }
    const alike = "service" in row && row.service === "corp-dns";
    return alike ? [row, { ...row, service: "config" }] : [row];
  });
}
