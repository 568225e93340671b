"""The platform's website: itself one more web app on the backends."""
import socket


def application(environ, start_response):
    match environ["PATH_INFO"].split("/"):
        case ["", "user", user, "webapps", ""]:
            body = web_tab(user)
        case ["", "user", _, "webapps", domain, "reload"]:
            body = reload(domain)
        case _:
            start_response("404 Not Found", [])
            return []
    start_response("200 OK", [("Content-Type", "text/html")])
    return [body.encode()]


def web_tab(user):
    """Where users manage their web app."""
    domain = f"{user}.webapps.test"
    return f"""<h1>Web apps of {user}</h1>
<p><a href="http://{domain}/">{domain}</a></p>
<form method="post" action="/user/{user}/webapps/{domain}/reload"><button>Reload</button></form>
"""


def reload(domain):
    """The load balancer has sent the request to the backend that runs the app: it is here."""
    return f"{domain}: worker {order('127.0.0.1', f'restart {domain}')}\n"


def order(backend, line):
    with socket.create_connection((backend, 8001)) as link:
        link.sendall(f"{line}\n".encode())
        return link.makefile().readline().strip()
