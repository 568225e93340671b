"""What a client asks for by curl, and how its answer compares with what lies at S3."""
import io
import json
import os
import subprocess
import tempfile

MIB = 1 << 20
PATIENT = os.environ.get("CLIENT") == "patient"


class Asked:
    """One request for an object, or for a part of it: '0-1023', '1024-', '-1024', which are its
    last. What the client calls itself is AGENT: not at all if that is empty, and curl if it is not set."""

    def __init__(self, host, name, part=None, agent=os.environ.get("AGENT"), rate=None):
        self.told = tempfile.NamedTemporaryFile("r")
        self.what = f"{part or 'all'} of {name} from {host}"
        self.there = os.path.exists("/data/bucket/" + name)
        self.look_up(name, part)
        # Who reads slowly, or to the end of all objects, must not hang up because of that.
        limit = "170" if PATIENT or rate else "60"
        command = ["curl", "-sSLN", "-m", limit, "-D", self.told.name, f"http://{host}:8000/data/{name}"]
        command += ["-r", part] if part else []
        command += ["-A", agent] if agent is not None else []
        command += ["--limit-rate", rate] if rate else []
        self.curl = subprocess.Popen(command, stdout=subprocess.PIPE)

    def look_up(self, name, part):
        """What has to come: as much of the object, or that there is none."""
        if not self.there:
            self.object, self.length, self.wanted = io.BytesIO(), 0, {"status": "404"}
            return
        self.object = open("/data/bucket/" + name, "rb")
        size = os.path.getsize(self.object.name)
        first, last = (part or "0-").split("-")
        first, last = (int(first), int(last or size - 1)) if first else (size - int(last), size - 1)
        self.object.seek(first)
        self.length = last + 1 - first
        # A part's size is told by its range; a whole object's is what the client came to learn.
        self.wanted = (
            {"status": "206", "content-range": f"bytes {first}-{last}/{size}"}
            if part
            else {"status": "200", "content-length": str(size)}
        )

    def take(self, most=None):
        """Reads so many bytes, or all there are; gives what is wrong with the answer, or nothing."""
        left = self.length if most is None else most
        while left > 0:
            wanted = self.object.read(min(MIB, left))
            if self.curl.stdout.read(len(wanted)) != wanted:
                return self.wrong_head() or f"{self.what}: other bytes in the MiB up to {self.object.tell()}"
            left -= len(wanted)
        # What is said of an object that is not there may have any length.
        if most is None and self.curl.stdout.read(1) and self.there:
            return f"{self.what}: more bytes than asked for"
        return self.wrong_head()

    def wrong_head(self):
        said = self.head()
        wrong = [name for name in self.wanted if said.get(name) != self.wanted[name]]
        return f"{self.what}: {wrong[0]} is {said.get(wrong[0])}" if wrong else None

    def head(self):
        """Of the last answer, as a redirect has one before it."""
        self.told.seek(0)
        status, *lines = self.told.read().strip().split("\n\n")[-1].split("\n")
        named = [line.split(":", 1) for line in lines if ":" in line]
        said = {name.lower(): value.strip() for name, value in named}
        return {"status": (status.split() + ["none", "none"])[1], **said}

    def hang_up(self):
        """Closes the pipe that curl writes to, as the end of `head -c 10` does."""
        if PATIENT:
            while self.curl.stdout.read(MIB):
                pass
        self.curl.stdout.close()
        self.curl.wait()

    def timed_out(self):
        return self.curl.returncode == 28


def tell(wrong, timed_out=False):
    """Says that one more was asked, whether the answer was right, and if not, whether time was up."""
    print(json.dumps({"load": "asked", "count": 1}))
    print(json.dumps({"load": "timed-out", "count": int(timed_out)}))
    print(json.dumps({"observe": "wrong", "value": wrong} if wrong else {"load": "right", "count": 1}), flush=True)
