"""The load balancer: each request goes to the backend that the domain of its app picks.

A reload is a request to the website, but it must reach the backend that runs the app: for it, the
domain is the one second to the end of the path. Domains are compared in lower case.
"""
import hashlib
import os
import re
import socket
import threading

SITE = "www.platform.test"
RELOAD = re.compile(r"/user/[^/]+/webapps/([^/]+)/reload")
CONTROL = "/tmp/runtime.sock"
BACKENDS = [f"backend-{number}" for number in range(1, 10)]
LONGEST_HEAD = 65536

in_service = BACKENDS[:4]  # replaced as a whole, never changed
places = threading.BoundedSemaphore(64)


def key_of(host, target):
    host = host.lower()
    reload = RELOAD.fullmatch(target.partition("?")[0])
    return reload[1].lower() if reload and host == SITE else host


def pick(key, servers):
    """Rendezvous hashing: when one leaves, only those that it had move."""
    return max(servers, key=lambda server: hashlib.sha1(f"{server} {key}".encode()).digest())


def read_head(stream):
    """The lines of a head without their ends, or nothing if the other side has closed."""
    lines, size = [], 0
    while True:
        line = stream.readline(LONGEST_HEAD)
        size += len(line)
        if not line.endswith(b"\n") or size > LONGEST_HEAD:
            return []
        line = line.rstrip(b"\r\n")
        if line:
            lines.append(line)
        elif lines:
            return lines


def field(lines, name):
    for line in lines[1:]:
        found, _, value = line.partition(b":")
        if found.strip().lower() == name:
            return value.strip()
    return b""


def without(lines, *names):
    return [line for line in lines if line.partition(b":")[0].strip().lower() not in names]


def serve(client):
    try:
        with client, client.makefile("rb") as stream:
            client.settimeout(60)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while answer_one(client, stream):
                pass
    except OSError:
        pass  # this client is gone
    finally:
        places.release()


def answer_one(client, stream):
    """Gives whether the client's connection goes on."""
    head = read_head(stream)
    if not head:
        return False
    try:
        method, target, version = head[0].decode("latin-1").split(" ")
        body = stream.read(int(field(head, b"content-length") or 0))
    except ValueError:
        client.sendall(plain("400 Bad Request"))
        return False
    host = field(head, b"host").decode("latin-1")
    key = key_of(host, target)
    server = pick(key, in_service) if in_service else "-"
    status, lines, content, ends = ask(server, head, body)
    print(method, status, server, f"key={key}", target, flush=True)
    if lines is None:
        client.sendall(plain("503 Service Unavailable" if status == 503 else "502 Bad Gateway"))
        return False
    goes_on = not ends and version != "HTTP/1.0" and field(head, b"connection").lower() != b"close"
    lines = without(lines, b"x-backend", b"connection") + [b"X-Backend: " + server.encode()]
    if not goes_on:
        lines.append(b"Connection: close")
    client.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + content)
    return goes_on


def ask(server, head, body):
    """Status, head and content of the backend's answer, and whether only its end ends it."""
    status = 503
    try:
        with socket.create_connection((server, 8080), timeout=5) as link:
            status = 502
            link.settimeout(30)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            lines = without(head, b"connection") + [b"Connection: close"]
            link.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
            with link.makefile("rb") as stream:
                lines = read_head(stream)
                status = int(lines[0].split(b" ")[1])
                size = field(lines, b"content-length")
                bare = head[0].startswith(b"HEAD ") or status in (204, 304)
                content = b"" if bare else stream.read(int(size)) if size else stream.read()
                return status, lines, content, not size and not bare
    except (OSError, IndexError, ValueError):
        return status, None, b"", True


def plain(status):
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


def control():
    """A line with the numbers of the backends in service; the answer is how many there are."""
    global in_service
    if os.path.exists(CONTROL):
        os.unlink(CONTROL)
    door = socket.socket(socket.AF_UNIX)
    door.bind(CONTROL)
    door.listen()
    while True:
        link, _ = door.accept()
        with link:
            wanted = {f"backend-{number}" for number in link.makefile().readline().split()}
            in_service = [backend for backend in BACKENDS if backend in wanted]
            link.sendall(f"{len(in_service)}\n".encode())


if __name__ == "__main__":
    threading.Thread(target=control, daemon=True).start()
    door = socket.create_server(("", 8080), backlog=128)
    while True:
        places.acquire()
        client, _ = door.accept()
        threading.Thread(target=serve, args=[client], daemon=True).start()
