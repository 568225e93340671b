"""The app, in a middleware that ends a request's conversations with S3 when the request ends.

Whatever close() finds to read in a body, it finds no more than had arrived.
"""
import httplib
import socket
import threading

opened = threading.local()
connect = socket.create_connection


def remember(*args, **kwargs):
    connection = connect(*args, **kwargs)
    # The real socket: Python 2's wrapper may be dropped while a response still reads from it.
    opened.sockets = getattr(opened, "sockets", []) + [connection._sock]
    return connection


socket.create_connection = remember

from app import app  # noqa: E402: after the line above


class Ends(object):
    """A response's iterator; closing it begins with hanging up."""

    def __init__(self, body):
        self.body = body
        self.chunks = iter(body)

    def __iter__(self):
        return self.chunks

    def close(self):
        hang_up()
        try:
            if hasattr(self.body, "close"):
                self.body.close()
        except (httplib.IncompleteRead, socket.error):
            pass  # of a body that nobody wants any more, cut short by ourselves


def hang_up():
    for sock in getattr(opened, "sockets", []):
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except socket.error:
            pass  # closed already
    opened.sockets = []


def application(environ, start_response):
    opened.sockets = []
    return Ends(app(environ, start_response))
