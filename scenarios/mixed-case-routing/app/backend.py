"""One backend: every web app gets a worker process of its own, started at its first request.

Port 8080 takes requests. Each is handed over, connection and all, to the worker of the app that
its Host names. Port 8001 takes the platform's orders, a line each: `restart DOMAIN` and `tidy`,
which ends the workers without a request since the last time.
"""
import gc
import os
import select
import signal
import socket

import worker

SITE = "www.platform.test"
workers = {}  # by domain, in lower case
orders = 0


class Worker:
    """A forked process that loads the app's code as it is now."""

    def __init__(self, domain):
        code = "/platform/website.py" if domain == SITE else f"/srv/webapps/{domain}.py"
        if not os.path.exists(code):
            raise LookupError(domain)
        self.idle = False
        self.channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            worker.run(theirs, code)
        theirs.close()

    def stop(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.channel.close()


def hand_over(connection):
    head = receive(connection, b"\r\n\r\n")
    domain = host_of(head)
    try:
        app = workers.get(domain) or start(domain)
    except LookupError:
        return connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    app.idle = False
    socket.send_fds(app.channel, [head], [connection.fileno()])


def obey(connection):
    order, *domain = receive(connection, b"\n").decode().split()
    answer = restart(*domain) if order == "restart" else tidy()
    connection.sendall(f"{answer}\n".encode())


def restart(domain):
    global orders
    orders += 1
    domain = domain.lower()
    if domain in workers:
        workers.pop(domain).stop()
    return start(domain).pid


def tidy():
    """Gives how many restarts were ordered since the last time."""
    global orders
    for domain, app in list(workers.items()):
        if app.idle and domain != SITE:
            workers.pop(domain).stop()
        app.idle = True
    done, orders = orders, 0
    return done


def start(domain):
    workers[domain] = Worker(domain)
    return workers[domain]


def receive(connection, end):
    data = b""
    while not data.endswith(end):
        more = connection.recv(65536)
        if not more:
            break
        data += more
    return data


def host_of(head):
    fields = (line.partition(b":") for line in head.split(b"\r\n"))
    return next(value.strip().decode() for name, _, value in fields if name.lower() == b"host")


def listen(port):
    return socket.create_server(("", port), backlog=128)


if __name__ == "__main__":
    doors = {listen(8080): hand_over, listen(8001): obey}
    compile("", "", "exec")  # sets the compiler up, once for all workers
    gc.freeze()  # what they inherit stays shared with them
    start(SITE)  # a reload may come to any backend
    while True:
        for door in select.select(doors, [], [])[0]:
            connection, _ = door.accept()
            with connection:
                doors[door](connection)
