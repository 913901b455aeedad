"""Cookies of pages: neither scripts nor other sites get at them, nor in production other hosts."""

import cherrypy


def given(name: str) -> str:
    """What the browser has brought; "" for none."""
    cookie = cherrypy.request.cookie.get(_prefixed(name))
    return cookie.value if cookie else ""


def keep(name: str, value: str) -> None:
    """Have the browser bring it along until it is closed; "" has it forget one."""
    cookie = cherrypy.response.cookie
    cookie[_prefixed(name)] = value
    cookie[_prefixed(name)].update(
        {"path": "/", "httponly": True, "samesite": "Lax", "secure": _in_production()}
    )
    if not value:
        cookie[_prefixed(name)]["max-age"] = 0


def _prefixed(name: str) -> str:
    """No other host of the domain can set a cookie with this prefix."""
    return f"__Host-{name}" if _in_production() else name


def _in_production() -> bool:
    return bool(cherrypy.request.services.settings.app_env == "production")
