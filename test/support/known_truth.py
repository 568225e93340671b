"""Does one known thing to memory, processes or the network for each line on standard input,
and answers with a line of JSON once it is done."""
import json
import mmap
import os
import signal
import socket
import sys
import threading
import time

MiB = 1024 * 1024
# Small and there from the beginning, so that writing files leaves nothing behind in the heap.
block = b"x" * 65536
kept = {}
children = []


def touch(area):
    for page in range(0, len(area), mmap.PAGESIZE):
        area[page] = 1


def anonymous(size):
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def allocate(mib):
    kept["area"] = anonymous(int(mib) * MiB)


def use(_):
    touch(kept["area"])


def free(_):
    kept.pop("area").close()


def spike(mib):
    area = anonymous(int(mib) * MiB)
    touch(area)
    area.close()


def fill(path, mib):
    with open(path, "wb", buffering=0) as file:
        for _ in range(int(mib) * MiB // len(block)):
            file.write(block)
        os.fsync(file.fileno())


def tmpfs(mib):
    fill("/scratch/file", mib)


def mapped(mib):
    fill("/tmp/file", mib)
    with open("/tmp/file", "rb") as file:
        area = kept["mapped"] = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    return {"sum": sum(area[page] for page in range(0, len(area), mmap.PAGESIZE))}


def fork(count):
    for _ in range(int(count)):
        pid = os.fork()
        if pid == 0:
            signal.pause()
        children.append(pid)


def thread(count):
    for _ in range(int(count)):
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()


def end(_):
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def reap(_):
    while children:
        os.waitpid(children.pop(), 0)


def devour(mib):
    pid = os.fork()
    if pid == 0:
        touch(anonymous(int(mib) * MiB))
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}


def burn(seconds):
    began = time.process_time()
    while time.process_time() - began < float(seconds):
        pass


def talk(datagrams):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.settimeout(5)
    for _ in range(int(datagrams)):
        udp.sendto(b"x" * 1000, ("peer", 7))
        udp.recv(2000)


def peer(_):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("0.0.0.0", 7))
    while True:
        udp.sendto(*udp.recvfrom(2000))


def leave(code):
    os._exit(int(code))


for line in sys.stdin:
    name, _, argument = line.strip().partition(" ")
    if name == "peer":
        threading.Thread(target=peer, args=(None,), daemon=True).start()
        answer = None
    else:
        answer = globals()[name](argument)
    print(json.dumps({"done": name, **(answer or {})}), flush=True)
