import Queue
import sys
import threading


class Lane(threading.Thread):
    """A thread that does one thing after another; it has its own connection, as Django wants it."""

    def __init__(self, work):
        super(Lane, self).__init__()
        self.daemon = True
        self.work = work
        self.things = Queue.Queue()
        self.error = None

    def run(self):
        while True:
            thing = self.things.get()
            try:
                if self.error is None:
                    self.work(thing)
            except Exception:
                self.error = sys.exc_info()
            finally:
                self.things.task_done()

    def do(self, things):
        """Returns when all is done; raises what went wrong."""
        for thing in things:
            self.things.put(thing)
        self.things.join()
        if self.error is not None:
            raise self.error[0], self.error[1], self.error[2]


class Lanes(object):
    """Lanes that are free are taken again."""

    def __init__(self, work):
        self.work = work
        self.lanes = []

    def do(self, things):
        free = [lane for lane in self.lanes if not lane.is_alive()]
        if free:
            lane = free[0]
        else:
            lane = Lane(self.work)
            lane.start()
            self.lanes.append(lane)
        lane.do(things)
