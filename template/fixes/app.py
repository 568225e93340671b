# The code as it was mended: the last hundred requests are remembered.
import http.server
import os

seen = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if os.environ["REMEMBER"] == "yes":
            seen.append("x" * 50_000)
            del seen[:-100]
        self.send_response(200)
        self.end_headers()


http.server.HTTPServer(("", 8000), Handler).serve_forever()
