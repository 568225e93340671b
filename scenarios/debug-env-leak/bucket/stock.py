#!/usr/bin/python3
"""Lays 3,000 zipped logs into the bucket 'logs', the same ones each time.

Each is a gzip member of one line of its own and ten of the pages below, 100 KiB unpacked. The
pages are compressed once: deflate streams that end with a full flush can be put in a row.
"""
import hashlib
import os
import random
import struct
import zlib

FILES, PAGES, PAGE_BYTES, PAGES_PER_FILE = 3000, 64, 10_238, 10
BUCKET = "/data/logs"
# Of each object ever laid the MD5, and the SHA-256 of its text.
LAID = "/tmp/laid"
GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
LAST_BLOCK = b"\x03\0"
dice = random.Random(2014)


def main():
    os.makedirs(BUCKET)
    pages = [page() for _ in range(PAGES)]
    deflated = [deflate(text) for text in pages]
    for number in range(1, FILES + 1):
        first = f"# log {number:04} of {FILES}:\n".encode()
        picked = dice.sample(range(PAGES), PAGES_PER_FILE)
        text = first + b"".join(pages[n] for n in picked)
        body = deflate(first) + b"".join(deflated[n] for n in picked) + LAST_BLOCK
        lay(number, text, GZIP_HEAD + body + struct.pack("<II", zlib.crc32(text), len(text)))
    open("/tmp/stocked", "w").close()


def page():
    lines = b""
    while len(lines) < PAGE_BYTES:
        lines += b"2014-12-29T%02d:%02d:%02dZ node-%02d reading accepted, temperature %d.%d, humidity %d\n" % (
            *(dice.randrange(n) for n in (24, 60, 60, 40, 40, 10, 99)),)
    return lines[: PAGE_BYTES - 1] + b"\n"


def deflate(text):
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)


def lay(number, text, zipped):
    etag = hashlib.md5(zipped)
    with open(f"{BUCKET}/{number:04}.log.gz", "wb") as file:
        file.write(zipped)
    # Where the S3 server looks for an object's ETag.
    os.setxattr(file.name, "user.user.content-md5", etag.digest())
    with open(LAID, "a") as laid:
        print(etag.hexdigest(), hashlib.sha256(text).hexdigest(), file=laid)


if __name__ == "__main__":
    main()
    os.execvp("sleep", ["sleep", "infinity"])
