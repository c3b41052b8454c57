# SPDX-License-Identifier: MIT
"""Settings files for tests, made from Python values."""

import os

# Of workers, where a test does not say how many they serve at a time.
CONNECTIONS = int(os.environ.get("SOCKD_TEST_CONNECTIONS", "1"))


def conf(value, indent=""):
    """A Python value in libconfig's syntax."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, dict):
        inner = indent + "  "
        lines = [f"{inner}{k} = {conf(v, inner)};\n" for k, v in value.items()]
        return "{\n" + "".join(lines) + indent + "}"
    if isinstance(value, (list, tuple)):
        return "( " + ", ".join(conf(v, indent) for v in value) + " )"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _takes_one(service):
    """Programs that accept by themselves, and those for a datagram, leave no choice."""
    handler = service.get("handler")
    if not isinstance(handler, dict) or handler.get("type") not in ("exec", "app"):
        return False
    at = str(service.get("listen"))
    return handler["type"] == "app" or handler.get("wait", False) or "udp" in at or "unixgram" in at


def _with_connections(service):
    if not isinstance(service, dict) or "nofile" in service.get("rlimits", {}) or _takes_one(service):
        return service
    workers = service.get("workers", {})
    if isinstance(workers, int):
        workers = {"min": workers, "max": workers}
    if isinstance(workers, dict):
        service = service | {"workers": {"connections": CONNECTIONS} | workers}
    return service


def adapt(settings):
    """The same settings for workers that serve CONNECTIONS."""
    services = settings.get("services")
    if CONNECTIONS == 1 or not isinstance(services, dict):
        return settings
    return settings | {"services": {name: _with_connections(s) for name, s in services.items()}}


def service(handler="echo", listen="tcp://127.0.0.1:0", **more):
    return {"listen": listen, "handler": handler, **more}


def reply(text="test server", listen="tcp://127.0.0.1:0", **more):
    """The tutorial's service."""
    return service({"type": "reply", "text": text}, listen, **more)
