// Asks the stock whether there is any, and says so.
import http from "node:http";

const agent = new http.Agent({ keepAlive: true });

http
  .createServer((_request, response) => {
    const asked = http.get(process.env.STOCK, { agent }, (answer) => {
      if (answer.statusCode === 200) return answer.pipe(response);
      answer.resume(); // unread, it would keep its connection for ever
      return response.writeHead(502).end("no stock\n");
    });
    asked.on("error", () => response.writeHead(502).end());
  })
  .listen(8000);
