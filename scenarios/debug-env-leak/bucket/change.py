#!/usr/bin/python3
"""What happens to the bucket between two imports: ten logs change, ten are new.

Half of the changed ones stay as long as they were. Some of the text is not ASCII.
"""
import gzip

from stock import BUCKET, FILES, lay


def text_of(number):
    with gzip.open(f"{BUCKET}/{number:04}.log.gz") as file:
        return file.read()


def store(number, text):
    lay(number, text, gzip.compress(text))


for n in range(30, 330, 60):
    store(n, text_of(n).replace(b"accepted", b"recalled"))
    store(n + 30, text_of(n + 30) + "# 21 °C\n".encode())
for n in range(1, 11):
    store(FILES + n, f"# log {FILES + n}, 21 °C:\n".encode() + text_of(n))
