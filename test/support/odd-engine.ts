import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { client } from "../../harness/engine/connect.ts";

/** What an odd engine answers: a status and a body, or nothing for ever. */
export type Answer = readonly [status: number, body?: unknown] | "silence";

/** An engine on a socket of its own that answers as the test says, "GET /containers/json" for one. */
export async function oddEngine(answer: (asked: string) => Answer) {
  const folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  const path = join(folder, "docker.sock");
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [url = ""] = (request.url ?? "").split("?");
    const what = `${request.method} ${url.replace(/^\/v[\d.]+/, "")}`;
    asked.push(what);
    const given = answer(what);
    if (given === "silence") return;
    const [status, body] = given;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body === undefined ? "" : JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(path, listening));
  return {
    docker: client({ host: `unix://${path}`, origin: "the test", chosen: true }),
    asked,
    /** It is gone: its socket stays, and nobody listens. */
    end() {
      server.closeAllConnections();
      server.close();
    },
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
