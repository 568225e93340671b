"""The external service, and the switch that spoils it.

GET /rates/CURRENCY is answered as the mode of the moment says. Every answer is a little dearer than
the one before: a row tells by its value which answers it was made of. PUT /mode/NAME changes the
mode; in "as-at-first" the prices begin anew, as prices do come back. A request keeps the mode it came
in under: one that hangs goes on hanging when the service answers others again; only what drips is
sent to its end then.
With UPSTREAM=healthy every mode is "answer".

GET /told goes on for ever: JSON lines of what the service sees, each as it happens: its mode, the
connections that are open, and every answer with its currency and value.
"""
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue

EURO = {"czk": 3.86, "usd": 0.8319, "gbp": 1.1501}  # the first answers; czk by the hundred
HEALTHY = os.environ.get("UPSTREAM") == "healthy"


class Told:
    """What the service is doing, and whom it tells."""

    def __init__(self):
        self.lock = threading.RLock()
        self.listeners, self.mode, self.open = [], "answer", 0
        self.served = dict.fromkeys(EURO, 0)

    def tell(self, name, value):
        for listener in self.listeners:
            listener.put(json.dumps({"observe": name, "value": value}))

    def listen(self):
        with self.lock:
            self.listeners.append(SimpleQueue())
            self.tell("connections at the service", self.open)
            return self.listeners[-1]

    def switch(self, mode):
        with self.lock:
            self.mode = mode
            if mode == "as-at-first":
                self.served = dict.fromkeys(EURO, 0)
            self.tell("mode", mode)

    def connections(self, more):
        with self.lock:
            self.open += more
            self.tell("connections at the service", self.open)

    def answer(self, currency):
        with self.lock:
            euro = round(EURO[currency] * (1 + self.served[currency] / 100), 6)
            self.served[currency] += 1
            self.tell("answer", {"currency": currency, "euro": euro})
            return json.dumps({"euro": euro}).encode()


told = Told()


class Service(BaseHTTPRequestHandler):
    def handle(self):
        if self.client_address[0] == "127.0.0.1":
            return super().handle()  # the lab's own
        told.connections(1)
        try:
            super().handle()
        except ConnectionError:
            pass  # the client gave up first
        finally:
            told.connections(-1)

    def do_PUT(self):
        told.switch("answer" if HEALTHY else self.path.rpartition("/")[2])
        self.send(b"")

    def do_GET(self):
        place = self.path.rpartition("/")[2]
        if place == "told":
            self.tell()
        elif place in EURO:
            MODES[told.mode](self, place)
        else:
            self.send_error(404)

    def tell(self):
        lines = told.listen()
        self.send(b"")
        while True:
            self.wfile.write(lines.get().encode() + b"\n")

    def well(self, currency):
        self.send(told.answer(currency))

    def hang(self, _currency):
        self.connection.recv(1)  # returns when the client is gone

    def one_hangs(self, currency):
        (self.hang if currency == "usd" else self.well)(currency)

    def gibberish(self, _currency):
        self.send(b"<html><h1>Back in a minute</h1></html>")

    def slow(self, currency):
        time.sleep(0.4)
        self.well(currency)

    def drip(self, currency):
        size = 600
        self.send(b"", size)
        while told.mode == "drip" and size > 100:
            self.wfile.write(b" ")
            size -= 1
            time.sleep(0.25)  # oftener than the slow service answers: no read's timeout tells the two apart
        self.wfile.write(told.answer(currency).rjust(size))

    def send(self, body, length=None):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if self.path != "/told":
            self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


MODES = {
    "answer": Service.well,
    "hang": Service.hang,
    "slow": Service.slow,
    "drip": Service.drip,
    "gibberish": Service.gibberish,
    "one-hangs": Service.one_hangs,
    "as-at-first": Service.well,
}

if __name__ == "__main__":
    ThreadingHTTPServer.request_queue_size = 128
    ThreadingHTTPServer(("", 8080), Service).serve_forever()
