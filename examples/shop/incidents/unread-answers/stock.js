// The other team's service: it is down, and says so at length. It closes no connection by itself.
import http from "node:http";

const status = Number(process.env.STATUS);
http
  .createServer({ keepAliveTimeout: 0 }, (_, response) =>
    response.writeHead(status).end("x".repeat(2000)),
  )
  .listen(8000);
