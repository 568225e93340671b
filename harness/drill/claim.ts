import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { fateOf, ownerLabel, parseOwner, type Owner } from "../lifecycle/labels.ts";
import { placesOf, writable } from "./session.ts";

/** The process that keeps a session's system up; undefined where none does, or it is dead. */
export async function keeperOf(session: string): Promise<Owner | undefined> {
  const owner = parseOwner((await textOf(placesOf(session).claim)).trim());
  return owner && fateOf(owner) !== "dead" ? owner : undefined;
}

/** Held by the one process that keeps a session's system up. */
export interface Claim extends AsyncDisposable {
  /** This process, as `ownerLabel` told it. */
  readonly owner: string;
}

/**
 * Makes this process the keeper of a session, unless another is. The claim goes when it is disposed
 * of; of a keeper that was killed it stays, and counts no more.
 * @throws EnvironmentError NOT_WRITABLE
 */
export async function claimSession(session: string): Promise<Claim | undefined> {
  const { claim } = placesOf(session);
  const owner = ownerLabel();
  const mine = `${owner}\n`;
  const part = `${claim}.${randomBytes(6).toString("hex")}`;
  try {
    await writable(session, () => writeFile(part, mine, { flag: "wx" }));
    while (!(await linked(part, claim))) {
      if (await keeperOf(session)) return undefined;
      await rename(claim, `${part}.dead`).catch(() => {}); // another may be doing the same
      await rm(`${part}.dead`, { force: true });
    }
  } finally {
    await rm(part, { force: true });
  }
  return {
    owner,
    async [Symbol.asyncDispose]() {
      if ((await textOf(claim)) === mine) await rm(claim, { force: true });
    },
  };
}

/** A link is made whole or not at all, and never over another. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

const textOf = (path: string) => readFile(path, "utf8").catch(() => "");
