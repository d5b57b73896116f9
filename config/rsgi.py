"""The entry point of the web server: granian's own interface, in front of the WSGI application."""

import sys

from config.limits import SWITCH_SECONDS, raise_open_files
from config.wsgi import application as wsgi_application
from gateway.server.front import Front

raise_open_files()
sys.setswitchinterval(SWITCH_SECONDS)
application = Front(wsgi_application)
