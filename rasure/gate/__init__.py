"""One ASGI gate before every route and the websocket: host, origin, session, security headers, compression.

Pure ASGI classes, because Starlette's own base class does not see websockets. May import: services, access,
settings, terms, errors and starlette. Start reading at `middleware.py`.
"""
