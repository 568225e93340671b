#!/usr/bin/python3
"""What happens to the bucket between two imports: ten logs change, ten are new.

Half of the changed ones stay as long as they were. Some of the text is not ASCII. One of
the changed ones, and one of the new, is then the same as another log, byte for byte.
"""
import gzip

from stock import BUCKET, FILES, lay


def text_of(number):
    with gzip.open(f"{BUCKET}/{number:04}.log.gz") as file:
        return file.read()


def store(number, text):
    lay(number, text, gzip.compress(text))


def copy(number, other):
    with open(f"{BUCKET}/{other:04}.log.gz", "rb") as file:
        lay(number, text_of(other), file.read())


for n in range(30, 270, 60):
    store(n, text_of(n).replace(b"accepted", b"recalled"))
copy(270, 200)
for n in range(60, 330, 60):
    store(n, text_of(n) + "# 21 °C\n".encode())
for n in range(1, 10):
    store(FILES + n, f"# log {FILES + n}, 21 °C:\n".encode() + text_of(n))
copy(FILES + 10, 100)
