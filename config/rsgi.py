"""The entry point of the web server: granian's own interface, in front of the WSGI application."""

from config.limits import raise_open_files
from config.wsgi import application as wsgi_application
from gateway.server.front import Front

raise_open_files()
application = Front(wsgi_application)
