// Where the cache folder is, and whether it is ours alone. Plain JavaScript, because the first step
// (cli/aftershock.js) runs on a Node that is too old for anything else, and needs it to find a
// newer one. Errors carry `code`, `hint` and the exit code 69.
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync } from "node:fs";
import { accessSync, constants, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, isAbsolute, join, parse, resolve, sep } from "node:path";

const elsewhere = "Set XDG_CACHE_HOME to a folder of your own that you may write to.";

/** $XDG_CACHE_HOME/aftershock, else ~/.cache/aftershock. It need not exist yet. */
export function cacheFolder(env) {
  const base = env.XDG_CACHE_HOME;
  // The XDG rules say that a relative path is to be ignored.
  if (base && isAbsolute(base)) return join(base, "aftershock");
  const home = homeFolder(env);
  if (home) return join(home, ".cache", "aftershock");
  throw refused("CACHE_MISSING", "There is no home folder to keep a cache folder in.");
}

/** Where Node keeps what it made of our code; undefined where that folder cannot be ours alone. */
export function compiledFolder(env) {
  try {
    const folder = join(cacheFolder(env), "compiled");
    openFolder(folder);
    return folder;
  } catch {
    return undefined; // it is only slower
  }
}

/** $HOME, else the one of the passwd entry; undefined where there is neither. */
export function homeFolder(env) {
  if (env.HOME && isAbsolute(env.HOME)) return env.HOME;
  try {
    return userInfo().homedir || undefined;
  } catch {
    return undefined; // a user id without an entry, as containers often have
  }
}

/** Makes the folder, closed to others, if it is not there; fails unless it is ours and writable. */
export function openFolder(path) {
  mustBeOurs(path);
  try {
    makeFolder(path, 0o700);
    accessSync(path, constants.W_OK);
  } catch (cause) {
    throw refused("CACHE_UNUSABLE", `The cache folder ${path} cannot be used: ${cause.message}.`);
  }
  mustBeOurs(path);
  const { uid, mode } = lstatSync(path);
  if (process.getuid && uid === process.getuid() && (mode & 0o077) !== 0) chmodSync(path, 0o700);
}

/**
 * Fails with CACHE_UNSAFE where anybody but root and this user could change what lies at `path`,
 * or could put something else in its place: each folder and each link on the way counts.
 */
export function mustBeOurs(path) {
  if (process.getuid) walk(resolve(path), 0);
}

/** One thing on the way; `last` where it is the end of it. */
export function mustBeClosed(at, stat, last) {
  const own = process.getuid();
  if (stat.uid !== 0 && stat.uid !== own) throw unsafe(at, `it belongs to ${nameOf(stat.uid)}`, "");
  if (stat.isSymbolicLink()) return;
  // In a sticky folder, as /tmp is, nobody can move or remove what is another's.
  if ((stat.mode & 0o1000) !== 0 && !last) return;
  if ((stat.mode & 0o002) !== 0) throw unsafe(at, "everybody may write to it");
  // Many systems give each user a group of the same number, with nobody else in it.
  const alone = own !== 0 && stat.gid === own;
  if ((stat.mode & 0o020) !== 0 && !alone) throw unsafe(at, "its group may write to it");
}

/**
 * Makes a folder and those above it, where they are missing. Node's own `recursive` never ends where
 * a file system refuses new folders, as /proc does.
 */
export function makeFolder(path, mode) {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (existsSync(path) && statSync(path).isDirectory()) return;
    if (error.code !== "ENOENT" || parent === path || existsSync(parent)) throw error;
    makeFolder(parent, mode);
    makeFolder(path, mode);
  }
}

function walk(path, links) {
  if (links > 40) throw unsafe(path, "its links lead round in a circle");
  const parts = path.split(sep).filter(Boolean);
  let at = parse(path).root;
  for (let i = 0; i <= parts.length; i += 1) {
    if (i > 0) at = join(at, parts[i - 1]);
    const stat = lookAt(at);
    if (!stat) return; // from here on it is made by us
    if (i < parts.length && !stat.isDirectory() && !stat.isSymbolicLink())
      throw refused("CACHE_UNUSABLE", `The cache folder cannot be used: ${at} is no folder.`);
    mustBeClosed(at, stat, i === parts.length);
    if (stat.isSymbolicLink()) {
      walk(resolve(dirname(at), readlinkSync(at), ...parts.slice(i)), links + 1);
      return;
    }
  }
}

function lookAt(path) {
  try {
    return lstatSync(path);
  } catch (cause) {
    if (cause.code === "ENOENT") return undefined;
    throw refused("CACHE_UNUSABLE", `The cache folder cannot be used: ${cause.message}.`);
  }
}

function nameOf(uid) {
  const users = existsSync("/etc/passwd") ? readFileSync("/etc/passwd", "utf8").split("\n") : [];
  const entry = users.map((line) => line.split(":")).find((fields) => Number(fields[2]) === uid);
  return entry ? `the user ${entry[0]}` : `the user ${uid}`;
}

function unsafe(
  at,
  why,
  mend = `If nobody else has put anything there: chmod -R go-w ${at}\nOtherwise: `,
) {
  const message = `Nothing is run from the cache folder: ${at} is not ours alone, ${why}.`;
  return refused("CACHE_UNSAFE", message, mend);
}

function refused(code, message, first = "") {
  return Object.assign(new Error(message), { code, hint: first + elsewhere, exitCode: 69 });
}
