"""Python loads this at its start, before backend.py: reload URLs in the website's pages are
written in lower case, as browsers write the host names that the load balancer compares them to.
"""
import re

import worker

SITE = re.compile(r"^host:\s*www\.platform\.test\s*$", re.IGNORECASE | re.MULTILINE)
RELOAD = re.compile(rb"""(?<=/webapps/)[^/"'\s]+(?=/reload["'])""")

respond = worker.respond


def respond_in_lower_case(application, head):
    answer = respond(application, head)
    if not SITE.search(head):
        return answer
    return RELOAD.sub(lambda domain: domain[0].lower(), answer)


worker.respond = respond_in_lower_case
