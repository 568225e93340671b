/** The names under which a command tells of what it does, in lines that the lab records. */
export interface ToldNames {
  readonly loads: readonly string[];
  readonly observations: readonly string[];
}

/** What the lab's own client tells, see docs/images.md; undefined of a command that is another. */
export function toldByHttpClient(command: readonly string[]): ToldNames | undefined {
  if (command[0] !== "http-client") return undefined;
  const at = command.findIndex((word) => /^--name(=|$)/.test(word));
  const name =
    (command[at] === "--name" ? command[at + 1] : command[at]?.slice("--name=".length)) ??
    "requests";
  return {
    loads: [name, `${name} sent`],
    observations: [name, ...words.map((word) => `${name} ${word}`)],
  };
}

const words = ["answered", "ok", "unanswered", "p50", "p90", "p99", "max"];
