import { once } from "node:events";
import type { Readable } from "node:stream";
import type { Engine } from "../engine/index.ts";
import { MiB } from "../judge/units.ts";
import { ask } from "../engine/ask.ts";

/**
 * What a container has written, standard output and error as they came: the last `most` bytes of
 * it. The engine sends all that there is, which may be gigabytes; no more than that is ever held.
 */
export async function readLogs(
  docker: Engine["docker"],
  container: string,
  { signal, most = 16 * MiB }: { readonly signal?: AbortSignal; readonly most?: number } = {},
): Promise<string> {
  return ask(
    "Reading a container's log",
    async (abortSignal) => {
      const stream = await open(docker, container, abortSignal);
      const text = plainText(most);
      stream.on("data", text.take);
      await once(stream, "end", { signal: abortSignal }).finally(() => stream.destroy());
      return text.end();
    },
    signal ? { signal } : {},
  );
}

/** dockerode gives a log that isn't followed in one piece; the client under it can stream it. */
async function open(
  { modem }: Engine["docker"],
  container: string,
  abortSignal: AbortSignal,
): Promise<Readable> {
  const request = {
    path: `/containers/${container}/logs?`,
    method: "GET",
    abortSignal,
    isStream: true,
    statusCodes: { 200: true, 404: "no such container", 500: "server error" },
    options: { stdout: true, stderr: true, follow: false },
  };
  const { promise, resolve, reject } = Promise.withResolvers<Readable>();
  modem.dial(request, (error: unknown, stream: unknown) =>
    error ? reject(error) : resolve(stream as Readable),
  );
  return promise;
}

const headerBytes = 8;
const blockBytes = 64 * 1024;

/**
 * Takes the frame headers out of the engine's multiplexed format, chunk by chunk, and keeps the
 * last `most` bytes. A container with a terminal has no frames.
 */
export function plainText(most: number) {
  const kept = lastBytes(most);
  let pending = Buffer.alloc(0);
  /** Bytes of the current frame that are still to come. */
  let frame = 0;
  let framed: boolean | undefined;

  const take = (chunk: Buffer) => {
    let rest = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    pending = Buffer.alloc(0);
    if (framed === undefined && rest.length >= headerBytes)
      framed = rest[0]! <= 2 && rest.readUIntBE(1, 3) === 0;
    if (framed === false) return kept.add(rest);
    while (rest.length > 0) {
      if (frame === 0) {
        if (rest.length < headerBytes) break;
        frame = rest.readUInt32BE(4);
        rest = rest.subarray(headerBytes);
      }
      const part = rest.subarray(0, frame);
      kept.add(part);
      frame -= part.length;
      rest = rest.subarray(part.length);
    }
    pending = Buffer.from(rest);
  };
  return {
    take,
    end(): string {
      if (framed === undefined) kept.add(pending);
      return kept.text();
    },
  };
}

/** Copied into blocks, for a log may come in millions of pieces of a byte each. */
function lastBytes(most: number) {
  const blocks: Buffer[] = [];
  let used = blockBytes;
  let dropped = 0;
  const add = (bytes: Buffer) => {
    for (let at = 0; at < bytes.length;) {
      if (used === blockBytes) {
        blocks.push(Buffer.allocUnsafe(blockBytes));
        used = 0;
        if ((blocks.length - 2) * blockBytes >= most) dropped += blocks.shift()!.length;
      }
      const copied = bytes.copy(blocks.at(-1)!, used, at);
      used += copied;
      at += copied;
    }
  };
  const text = () => {
    const whole = Buffer.concat(blocks).subarray(0, (blocks.length - 1) * blockBytes + used);
    const over = Math.max(0, whole.length - most);
    const last = whole.subarray(over).toString("utf8");
    return dropped + over === 0 ? last : `[${dropped + over} bytes before are left out]\n${last}`;
  };
  return { add, text: () => (blocks.length === 0 ? "" : text()) };
}
