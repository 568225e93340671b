"""An HTTP API in front of S3: looks an object up and streams it to the client."""
import boto
from boto.s3.connection import OrdinaryCallingFormat
from flask import Flask, Response, abort, request

app = Flask(__name__)


@app.route("/ping")
def ping():
    return "pong\n"


@app.route("/data/<name>")
def download(name):
    s3 = boto.connect_s3("aftershock", "not-a-secret", is_secure=False,
                         calling_format=OrdinaryCallingFormat())
    key = s3.get_bucket("bucket").get_key(name)
    if key is None:
        abort(404)

    part = request.headers.get("Range")
    key.open_read(headers={"Range": part} if part else None)
    told = {"Content-Length": key.resp.getheader("Content-Length")}
    if part:
        told["Content-Range"] = key.resp.getheader("Content-Range")
    return Response(key, 206 if part else 200, told)
