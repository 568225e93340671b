"""An HTTP API in front of S3: looks an object up and has nginx stream it to the client."""
import urlparse

import boto
from boto.s3.connection import OrdinaryCallingFormat
from flask import Flask, Response, abort

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

    # nginx asks S3 in our name, for as long as this signature is good to begin with.
    signed = urlparse.urlsplit(s3.generate_url(300, "GET", "bucket", name.encode("utf-8")))
    return Response(mimetype="application/octet-stream", headers={
        "X-Accel-Redirect": "/s3%s?%s" % (signed.path, signed.query)})
