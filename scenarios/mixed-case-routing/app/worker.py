"""The worker of one web app: loads the app's code once, then answers what it is handed."""
import os
import socket
import traceback


def run(channel, path):
    """Answers requests until the backend ends; never returns."""
    channel = socket.socket(fileno=os.dup2(channel.detach(), 3))
    os.closerange(4, 4096)  # the backend's doors, and its channels to other workers
    try:
        with open("/proc/self/comm", "w") as name:  # for ps
            name.write(os.path.basename(path))
        scope = {}
        with open(path) as code:
            exec(compile(code.read(), path, "exec"), scope)
        while True:
            head, connections, _, _ = socket.recv_fds(channel, 65536, 1)
            if not head:
                break
            with socket.socket(fileno=connections[0]) as connection:
                connection.sendall(respond(scope["application"], head.decode()))
    except BaseException:
        traceback.print_exc()
    os._exit(0)


def respond(application, head):
    """The app's answer, as WSGI apps give it, and the process that gave it."""
    method, path, _ = head.split(" ", 2)
    answer = []

    def start_response(status, headers):
        answer.append(f"HTTP/1.1 {status}\r\n")
        answer.extend(f"{name}: {value}\r\n" for name, value in headers)

    body = b"".join(application({"REQUEST_METHOD": method, "PATH_INFO": path}, start_response))
    answer.append(f"X-Worker: {os.getpid()}\r\nContent-Length: {len(body)}\r\n\r\n")
    return "".join(answer).encode() + body
