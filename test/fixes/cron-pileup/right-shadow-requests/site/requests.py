"""The little of requests that this site uses, with a deadline for the whole of a request.

It stands in the script's own folder, so `import requests` finds it before the library.
"""
import json
import socket
import threading
from http.client import HTTPConnection
from urllib.parse import urlsplit

DEADLINE = 2.5  # seconds, from the connect to the last byte


class HTTPError(OSError):
    pass


class Response:
    def __init__(self, url, status, content):
        self.url, self.status_code, self.content = url, status, content

    def raise_for_status(self):
        if self.status_code >= 400:
            raise HTTPError(f"{self.status_code} for {self.url}")

    def json(self):
        return json.loads(self.content)


def cut(sock):
    """Whoever reads from it finds its end."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is closed already


def get(url):
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname, parts.port or 80, timeout=DEADLINE)
    connection.connect()
    watchdog = threading.Timer(DEADLINE, cut, [connection.sock])
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request("GET", parts.path or "/")
        answer = connection.getresponse()
        return Response(url, answer.status, answer.read())  # IncompleteRead if it was cut
    finally:
        watchdog.cancel()
        connection.close()
