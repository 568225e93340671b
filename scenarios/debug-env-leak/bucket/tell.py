#!/usr/bin/python3
"""Tells what the bucket holds: for each object its name and the SHA-256 of its text, a line each.

An object that somebody else has written is told as "altered".
"""
import hashlib
import os

from stock import BUCKET, LAID

with open(LAID) as laid:
    texts = dict(line.split() for line in laid)
for name in sorted(os.listdir(BUCKET)):
    with open(f"{BUCKET}/{name}", "rb") as file:
        print(name, texts.get(hashlib.md5(file.read()).hexdigest(), "altered"))
