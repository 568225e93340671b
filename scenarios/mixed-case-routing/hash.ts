/*
 * How HAProxy 2.6 picks a server for a key, by arithmetic alone: what `balance hash` does where
 * all servers have weight 1. Servers are told by their `id`, in the order of the configuration.
 */

export type HashType = "map-based" | "consistent";

/** Gives the id of the server that a key's requests go to. */
export type Pick = (key: string) => number;

/** The pick of that hash type among the servers in service. Throws RangeError for none. */
export function pickAmong(hashType: HashType, servers: readonly number[]): Pick {
  if (servers.length === 0) throw new RangeError("no server is in service");
  return hashType === "consistent" ? consistent(servers) : mapBased(servers);
}

/**
 * The hash of a string, an unsigned number of 32 bits: hash = hash * 65599 + byte, over the
 * bytes. A byte counts linearly and 65599 is odd: a key with other capitals, whose bytes differ
 * by 32 each, has a hash that differs by a multiple of 32.
 */
export function sdbm(key: string): number {
  return new TextEncoder()
    .encode(key)
    .reduce((hash, byte) => (Math.imul(hash, 65599) + byte) >>> 0, 0);
}

/** The remainder of the hash: blind to case where the number of servers divides 32. */
const mapBased =
  (servers: readonly number[]): Pick =>
  (key) =>
    servers[sdbm(key) % servers.length]!;

const POINTS = 16;
const POINTS_RESERVED = 4096;

/** 16 points for each server on a ring of 32 bits; a key belongs to the point nearest to it. */
function consistent(servers: readonly number[]): Pick {
  const ring = servers
    .flatMap((id) =>
      Array.from({ length: POINTS }, (_, i) => ({ id, at: scatter(id * POINTS_RESERVED + i) })),
    )
    .toSorted((a, b) => a.at - b.at);
  return (key) => {
    const at = scatter(sdbm(key));
    const found = ring.findIndex((point) => point.at >= at);
    const after = ring[Math.max(found, 0)]!; // past the last point comes the first
    const before = ring.at(found <= 0 ? -1 : found - 1)!;
    return (at - before.at) >>> 0 <= (after.at - at) >>> 0 ? before.id : after.id;
  };
}

/** Bob Jenkins' integer hash: every bit of the result depends on every bit of the number. */
function scatter(n: number): number {
  let a = (n + 0x7ed55d16 + (n << 12)) | 0;
  a = a ^ 0xc761c23c ^ (a >>> 19);
  a = (a + 0x165667b1 + (a << 5)) | 0;
  a = (a + 0xd3a2646c) ^ (a << 9);
  a = (a + 0xfd7046c5 + (a << 3)) | 0;
  a = a ^ 0xb55a4f09 ^ (a >>> 16);
  return Math.imul(a, 3221225473) >>> 0;
}
