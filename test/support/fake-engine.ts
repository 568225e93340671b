/** A small HTTP server that says what an odd engine says, to see what is made of it. */
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import {
  createServer as createRawServer,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";

export interface Fake extends AsyncDisposable {
  /** tcp://127.0.0.1:PORT, or unix://PATH. */
  readonly host: string;
}

const version = {
  Version: "26.1.5",
  ApiVersion: "1.45",
  MinAPIVersion: "1.24",
  Components: [{ Name: "Engine", Version: "26.1.5" }],
};
const info = {
  OSType: "linux",
  CgroupVersion: "2",
  Architecture: "x86_64",
  KernelVersion: "6.1.0",
  NCPU: 2,
  MemTotal: 4 * 2 ** 30,
  MemoryLimit: true,
  PidsLimit: true,
  CpuCfsQuota: true,
};

/** What an engine lists on which there is nothing. */
const lists: Readonly<Record<string, unknown>> = {
  containers: [],
  networks: [],
  images: [],
  volumes: { Volumes: [] },
};

/** Answers as a good engine does on which there is nothing, but for what is given. */
export function engineThat({
  says = {},
  has = {},
}: { says?: object; has?: object } = {}): RequestListener {
  return ({ url = "" }, answer) => {
    const [, list = ""] = /\/(containers|networks|images|volumes)\b/.exec(url) ?? [];
    const body =
      lists[list] ?? (url.includes("/info") ? { ...info, ...has } : { ...version, ...says });
    answer.setHeader("content-type", "application/json").end(JSON.stringify(body));
  };
}

/** Answers each request like this. */
export function always(status: number, body: string, type = "application/json"): RequestListener {
  return (_request, answer) => {
    answer.statusCode = status;
    answer.setHeader("content-type", type).end(body);
  };
}

/** On a path, or on a port of this machine's own. */
export const serve = (listener: RequestListener, path?: string): Promise<Fake> =>
  listening(createServer(listener), path);

export const serveTls = (
  listener: RequestListener,
  pem: { key: Buffer; cert: Buffer; ca?: Buffer },
): Promise<Fake> => {
  const wants = pem.ca ? { requestCert: true, rejectUnauthorized: true } : {};
  return listening(createTlsServer({ ...pem, ...wants }, listener));
};

/** Does with each connection what is given: nothing, if that is nothing. */
export const serveRaw = (onConnection: (socket: Socket) => unknown, path?: string): Promise<Fake> =>
  listening(createRawServer(onConnection), path);

async function listening(server: Server, path?: string): Promise<Fake> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket.on("error", () => undefined).on("close", () => open.delete(socket)));
  });
  await new Promise<void>((done) => {
    if (path === undefined) server.listen(0, "127.0.0.1", done);
    else server.listen(path, done);
  });
  const host = path
    ? `unix://${path}`
    : `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
