"""An HTTP API in front of S3: looks an object up and streams it to the client."""
import base64
import hmac
import http.client
import http.server
import sys
import threading
from email.utils import formatdate
from urllib.parse import quote, unquote, urlsplit

S3 = "s3.amazonaws.com"
BUCKET = "bucket"
ACCESS, SECRET = "aftershock", b"not-a-secret"
CHUNK = 65536


def ask_s3(name, part):
    """Asks S3 for an object, or for a part of it. Gives the connection and the answer's head."""
    path = f"/{BUCKET}/{quote(name)}"
    date = formatdate(usegmt=True)
    signature = hmac.new(SECRET, f"GET\n\n\n{date}\n{path}".encode(), "sha1").digest()
    headers = {"Date": date, "Authorization": f"AWS {ACCESS}:{base64.b64encode(signature).decode()}"}
    if part:
        headers["Range"] = part
    connection = http.client.HTTPConnection(S3, timeout=600)
    try:
        connection.request("GET", path, headers=headers)
        return connection, connection.getresponse()
    except BaseException:
        connection.close()
        raise


class Handler(http.server.BaseHTTPRequestHandler):
    server_version = "data-api"
    timeout = 3600

    def do_GET(self):
        path = unquote(urlsplit(self.path).path)
        if path == "/ping":
            return self.answer(200, b"pong\n")
        if not path.startswith("/data/") or "/" in path[len("/data/"):]:
            return self.answer(404, b"no such page\n")
        try:
            connection, found = ask_s3(path[len("/data/"):], self.headers.get("Range"))
        except (OSError, http.client.HTTPException) as problem:
            self.log_error("S3: %r", problem)
            return self.answer(502, b"S3 does not answer\n")
        try:
            self.stream(found)
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            pass  # the client has seen enough
        finally:
            # Closes the socket. What S3 has not sent yet is not read.
            found.close()
            connection.close()

    do_HEAD = do_GET

    def stream(self, found):
        if found.status not in (200, 206):
            known = found.status in (404, 416)
            return self.answer(found.status if known else 502, b"S3 does not give it\n")
        self.send_response(found.status)
        self.send_header("Content-Type", "application/octet-stream")
        for name in "Content-Length", "Content-Range":
            if found.getheader(name):
                self.send_header(name, found.getheader(name))
        self.send_header("Connection", "close")
        self.end_headers()
        while self.command != "HEAD":
            chunk = found.read(CHUNK)
            if not chunk:
                break
            self.wfile.write(chunk)

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        pass


class Server(http.server.ThreadingHTTPServer):
    """At most 48 requests at a time; the others wait in the listen queue."""
    request_queue_size = 128
    slots = threading.BoundedSemaphore(48)

    def process_request(self, request, client_address):
        self.slots.acquire()
        try:
            super().process_request(request, client_address)
        except BaseException:
            self.slots.release()
            raise

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.slots.release()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


if __name__ == "__main__":
    Server(("", 8000), Handler).serve_forever()
