"""The external service, and the switch that spoils it.

GET /rates/CURRENCY is answered as the mode of the moment says. PUT /mode/NAME changes the mode
and tells what the one before it did: {"mode", "accepted", "answered"}. A request keeps the mode
it came in under: one that hangs goes on hanging when the service answers others again.
With UPSTREAM=healthy every mode is "answer".
"""
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RATES = {"czk": 0.0386, "usd": 0.8319, "gbp": 1.1501}
HEALTHY = os.environ.get("UPSTREAM") == "healthy"


class Tally:
    """One mode's stretch of time, counted."""

    def __init__(self, mode):
        self.mode, self.accepted, self.answered = mode, 0, 0
        self.lock = threading.Lock()

    def add(self, accepted=0, answered=0):
        with self.lock:
            self.accepted += accepted
            self.answered += answered


now = Tally("answer")


class Service(BaseHTTPRequestHandler):
    def do_PUT(self):
        global now
        before, now = now, Tally(self.path.rpartition("/")[2])
        told = {"mode": before.mode, "accepted": before.accepted, "answered": before.answered}
        self.send(json.dumps(told).encode())

    def do_GET(self):
        tally = now
        tally.add(accepted=1)
        body = json.dumps({"euro": RATES.get(self.path.rpartition("/")[2], 0)}).encode()
        try:
            MODES["answer" if HEALTHY else tally.mode](self, body)
        except ConnectionError:
            return  # the client gave up first
        tally.add(answered=1)

    def hang(self, _body):
        self.connection.recv(1)  # returns when the client is gone
        raise ConnectionAbortedError

    def slow(self, body):
        time.sleep(0.4)
        self.send(body)

    def drip(self, body):
        self.send(b"", length=600)
        for byte in body.ljust(600):
            self.wfile.write(bytes([byte]))
            time.sleep(1)

    def send(self, body, length=None):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


MODES = {
    "answer": Service.send,
    "hang": Service.hang,
    "slow": Service.slow,
    "drip": Service.drip,
}

if __name__ == "__main__":
    ThreadingHTTPServer.request_queue_size = 128
    ThreadingHTTPServer(("", 8080), Service).serve_forever()
