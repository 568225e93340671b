import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A socket that leads to an engine's, until it is cut: then every connection breaks off; or until
 * it is frozen: then every connection stays, and nothing goes through any more.
 */
export async function startProxy(engine: string) {
  const { protocol, pathname, hostname, port } = new URL(engine);
  const target = protocol === "unix:" ? { path: pathname } : { host: hostname, port: Number(port) };
  const folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  const path = join(folder, "docker.sock");
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer({ allowHalfOpen: true }, (from) => {
    const to = connect({ ...target, allowHalfOpen: true });
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
    if (frozen) return;
    from.pipe(to);
    to.pipe(from);
  });
  await new Promise<void>((listening) => server.listen(path, listening));
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const freeze = () => {
    frozen = true;
    for (const socket of sockets) socket.unpipe().pause();
  };
  return {
    path,
    cut,
    freeze,
    [Symbol.dispose]() {
      cut();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
