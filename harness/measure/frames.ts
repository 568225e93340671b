import type { Answer, Order } from "./protocol.ts";

/** Its length and its kind go before each message: JSON, or samples as the numbers they are. */
const head = 5;
const kinds = { json: 0, samples: 1 } as const;
/** No message of ours is nearly as long: what says so is none of ours. */
const longest = 16 * 1024 ** 2;

/** A message as bytes, for a stream that carries nothing but such. */
export function frame(message: Order | Answer): Buffer {
  const samples = "samples" in message ? message.samples : undefined;
  const body = samples
    ? Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
    : Buffer.from(JSON.stringify(message));
  const bytes = Buffer.allocUnsafe(head + body.length);
  bytes.writeUInt32LE(body.length);
  bytes[4] = samples ? kinds.samples : kinds.json;
  body.copy(bytes, head);
  return bytes;
}

/**
 * Gives what takes a stream's chunks, which may hold half a message, or several, and tells each,
 * an Order or an Answer, as the other side sent it. It throws at what is no message of ours.
 */
export function unframer(tell: (message: unknown) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= head) {
      const length = rest.readUInt32LE();
      if (length > longest || rest[4]! > kinds.samples)
        throw new Error("What came is no message of the sampling process.");
      if (rest.length < head + length) return;
      const body = rest.subarray(head, head + length);
      const isSamples = rest[4] === kinds.samples;
      tell(isSamples ? { samples: numbers(body) } : JSON.parse(body.toString()));
      rest = rest.subarray(head + length);
    }
  };
}

/** In memory of their own: in a chunk they may lie where numbers cannot. */
function numbers(bytes: Buffer): Float64Array {
  const { buffer, byteOffset, byteLength } = bytes;
  return new Float64Array((buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength));
}
