import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { client } from "../../../harness/engine/connect.ts";
import type { Engine } from "../../../harness/engine/index.ts";
import { pull, pulled } from "../../../harness/images/pull.ts";

/** An engine that has no image, and answers a pull as it is told. */
async function engineThat(answers: (answer: ServerResponse) => void) {
  const folder = mkdtempSync(join(tmpdir(), "pull-"));
  const socket = join(folder, "docker.sock");
  const asked: string[] = [];
  const server = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === "POST") answers(answer);
    else
      answer
        .writeHead(404, { "content-type": "application/json" })
        .end('{"message":"no such image"}');
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const nothing = { [Symbol.asyncDispose]: async () => undefined };
  const engine = {
    docker: client({ host: `unix://${socket}`, origin: "a test", chosen: true }),
    uplink: async () => nothing,
  } as unknown as Engine;
  return {
    engine,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

const short = { silentMs: 100, allMs: 60_000, tellMs: 10_000 };
const toldInTheStream = (line: object) => (answer: ServerResponse) =>
  answer.writeHead(200, { "content-type": "application/json" }).end(`${JSON.stringify(line)}\n`);

test("a registry that takes the connection and never answers is given up", async () => {
  await using frozen = await engineThat(() => undefined);
  await expect(pulled(frozen.engine, "team/app:1", undefined, short)).rejects.toMatchObject({
    code: "IMAGE_NOT_PULLED",
    exitCode: 69,
    message: "pull of team/app:1: nothing was heard for 0.1 s; given up.",
  });
});

test("one that stops in the middle is given up, too", async () => {
  await using frozen = await engineThat((answer) => {
    answer.writeHead(200).write('{"status":"Pulling fs layer"}\n');
  });
  await expect(pull(frozen.engine, "team/app:1", undefined, short)).rejects.toThrow(
    /nothing was heard/,
  );
});

test("too many requests: the way out is a login", async () => {
  const line = { error: "toomanyrequests: You have reached your unauthenticated pull rate limit." };
  await using engine = await engineThat(toldInTheStream(line));
  await expect(pull(engine.engine, "team/app:1")).rejects.toMatchObject({
    message: expect.stringMatching(
      /^team\/app:1 could not be pulled: the registry refuses more pulls/,
    ),
    hint: expect.stringMatching(/docker login/),
  });
});

test("a refusal before the stream has its cause as well", async () => {
  await using engine = await engineThat((answer) => {
    answer.writeHead(500, { "content-type": "application/json" });
    answer.end(
      '{"message":"Get \\"https://registry.example/v2/\\": x509: certificate signed by unknown authority"}',
    );
  });
  await expect(pull(engine.engine, "team/app:1")).rejects.toMatchObject({
    message: expect.stringMatching(/a certificate is not trusted/),
    hint: expect.stringMatching(/SSL_CERT_FILE/),
  });
});

test("a name without a tag is pulled as latest, not with all its tags; a digest as it is", async () => {
  await using engine = await engineThat(toldInTheStream({ status: "done" }));
  await pull(engine.engine, "team/app");
  await pull(engine.engine, `debian@sha256:${"0".repeat(64)}`);
  expect(engine.asked.map((line) => decodeURIComponent(line))).toEqual([
    expect.stringMatching(/fromImage=team\/app&tag=latest/),
    expect.stringMatching(/fromImage=debian(@|&tag=)sha256:0/),
  ]);
});

test("the caller's end is no fault of the registry's", async () => {
  await using frozen = await engineThat(() => undefined);
  const end = new AbortController();
  const pulling = pull(frozen.engine, "team/app:1", end.signal);
  end.abort(new Error("enough"));
  await expect(pulling).rejects.toThrow("enough");
});
