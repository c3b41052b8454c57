# SPDX-License-Identifier: MIT
"""Settings files for tests, made from Python values."""


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


def service(handler="echo", listen="tcp://127.0.0.1:0", **more):
    return {"listen": listen, "handler": handler, **more}


def reply(text="test server", listen="tcp://127.0.0.1:0", **more):
    """The tutorial's service."""
    return service({"type": "reply", "text": text}, listen, **more)
