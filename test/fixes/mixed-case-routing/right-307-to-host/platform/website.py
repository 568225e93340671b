"""The platform's website: itself one more web app on the backends."""


def application(environ, start_response):
    match environ["PATH_INFO"].split("/"):
        case ["", "user", user, "webapps", ""]:
            body = web_tab(user)
        case ["", "user", _, "webapps", domain, "reload"]:
            # 307 keeps the method. What is asked of a host goes where that host's app runs.
            to = f"http://{domain.lower()}/.platform/reload"
            start_response("307 Temporary Redirect", [("Location", to)])
            return []
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
