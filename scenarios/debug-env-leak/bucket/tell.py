#!/usr/bin/python3
"""Tells what the bucket holds: for each object its name and the SHA-256 of its text, a line each."""
import gzip
import hashlib
import os

from stock import BUCKET

for name in sorted(os.listdir(BUCKET)):
    with open(f"{BUCKET}/{name}", "rb") as file:
        print(name, hashlib.sha256(gzip.decompress(file.read())).hexdigest())
