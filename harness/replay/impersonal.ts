/** Longer reasons say nothing more. */
const mostText = 4_000;

/**
 * A reason as a record holds it, which may be read anywhere: what lies below these folders of this
 * machine is told from there on.
 */
export function impersonal(text: string, folders: readonly (string | undefined)[]): string {
  const known = folders.filter((folder) => folder !== undefined && folder.length > 1) as string[];
  const longestFirst = known.toSorted((a, b) => b.length - a.length);
  const told = longestFirst.reduce(
    (rest, folder) => rest.replaceAll(`${folder}/`, "").replaceAll(folder, "."),
    text,
  );
  return told.length > mostText ? `${told.slice(0, mostText)}…` : told;
}
