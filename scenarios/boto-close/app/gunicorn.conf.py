bind = ":8000"
workers = 2
timeout = 3600  # a sync worker gives no sign of life while it streams, and objects are large


def post_request(worker, request, environ, response):
    """Says when a request is over, and how much was sent."""
    if request.path != "/ping":
        worker.log.info("over: %s, %d bytes sent", request.path, response.sent)
