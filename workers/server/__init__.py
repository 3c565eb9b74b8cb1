"""The centre's server behind one port: a front, pages and API by WSGI, sockets by ASGI. No Django in this process."""
