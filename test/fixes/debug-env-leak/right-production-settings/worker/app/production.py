from settings import *

# A worker is never debugged, whatever lies in its environment.
DEBUG = False
