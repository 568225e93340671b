"""The configuration source: what applications there are and in what state they should be."""
import os

import bottle

HOST = "app01" + os.environ.get("HOST_SUFFIX", "")
applications = {}


@bottle.get("/applications")
def every():
    return applications  # JSON, which is YAML


@bottle.put("/applications/<name>/<state>")
@bottle.put("/applications/<name>/<state>/<port:int>")
def change(name, state, port=None):
    known = applications.setdefault(name, {"host": HOST, "port": port})
    known["state"] = state
    return known


for at, app in enumerate(("payments", "ledger", "search")):
    change(app, "enabled", 8001 + at)
bottle.run(host="0.0.0.0", port=8080, quiet=True)
