import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A socket, or a TCP port of this machine, that leads to an engine's socket, until it is cut: then every connection breaks off, and there
 * is none until it is mended; or until it is frozen: then every connection stays, and nothing goes
 * through until it is thawed.
 */
export async function startProxy(engine: string, over: "socket" | "tcp" = "socket") {
  const { protocol, pathname, hostname, port } = new URL(engine);
  const target = protocol === "unix:" ? { path: pathname } : { host: hostname, port: Number(port) };
  const folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  const path = join(folder, "docker.sock");
  const sockets = new Set<Socket>();
  const pairs = new Set<readonly [Socket, Socket]>();
  let frozen = false;
  const server = createServer({ allowHalfOpen: true }, (from) => {
    const to = connect({ ...target, allowHalfOpen: true });
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
    const pair = [from, to] as const;
    pairs.add(pair);
    from.on("close", () => pairs.delete(pair));
    if (!frozen) flow(pair);
  });
  let at = 0;
  const listen = () =>
    new Promise<void>((listening) => {
      if (over === "socket") server.listen(path, listening);
      else server.listen(at, "127.0.0.1", listening);
    });
  const flow = ([from, to]: readonly [Socket, Socket]) => {
    from.pipe(to);
    to.pipe(from);
  };
  await listen();
  if (over === "tcp") at = (server.address() as AddressInfo).port;
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const freeze = () => {
    frozen = true;
    for (const socket of sockets) socket.unpipe().pause();
  };
  const thaw = () => {
    frozen = false;
    for (const pair of pairs) flow(pair);
  };
  return {
    path,
    /** For DOCKER_HOST. */
    host: over === "socket" ? `unix://${path}` : `tcp://127.0.0.1:${at}`,
    cut,
    mend: listen,
    freeze,
    thaw,
    [Symbol.dispose]() {
      cut();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
