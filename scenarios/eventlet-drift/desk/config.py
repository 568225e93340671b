"""The configuration source: what applications there are and in what state they should be."""
import os

import bottle

# With FULL_NAMES the hosts stand with their domain, as they do in the fix of that name.
DOMAIN = ".mon.example.internal" if os.environ.get("FULL_NAMES") else ""
applications = {
    name: {"host": "app01" + DOMAIN, "port": port, "state": "enabled"}
    for name, port in (("payments", 8001), ("ledger", 8002), ("search", 8003))
}


@bottle.get("/applications")
def every():
    return applications  # JSON, which is YAML


@bottle.put("/applications/<name>/<state>")
def change(name, state):
    applications[name]["state"] = state
    return applications[name]


bottle.run(host="0.0.0.0", port=8080, quiet=True)
