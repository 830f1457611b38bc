"""Makes the page of the API from its own description, behind a head that is written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from headrace.web.site import Parts, make_site

HEAD = Path(__file__).parent / "api-head.md"


def page(note: str) -> str:
    """The page, with a note of where it comes from."""
    described = _with_values(description())
    parts = ["# The REST API\n", note, HEAD.read_text(), "## Endpoints\n"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            parts.append(_operation(f"{method.upper()} {path}", operation))
    parts.append("## Shapes\n")
    for name, schema in described["components"]["schemas"].items():
        if "properties" in schema:
            parts.append("\n".join([f"### {name}\n", *_fields(schema), ""]))
    return "\n".join(parts)


def description() -> dict[str, Any]:
    """What the site says of itself in OpenAPI."""
    nothing: Any = None
    parts = Parts(
        store=nothing,
        settings=nothing,
        jobs=nothing,
        board=nothing,
        imports=nothing,
        door=nothing,
        names=frozenset(),
        sign_in_page=str,
    )
    found: dict[str, Any] = make_site(parts).app.openapi()  # type: ignore[attr-defined]
    return found


def _with_values(described: dict[str, Any]) -> dict[str, Any]:
    """The same with the values of enumerations in the place of their names."""
    known = described["components"]["schemas"]

    def resolved(one: Any) -> Any:
        if isinstance(one, list):
            return [resolved(part) for part in one]
        if not isinstance(one, dict):
            return one
        target = known.get(str(one.get("$ref", "")).rpartition("/")[2], {})
        if "enum" in target:
            return target | {name: value for name, value in one.items() if name != "$ref"}
        return {name: resolved(part) for name, part in one.items()}

    found: dict[str, Any] = resolved(described)
    return found


def _operation(title: str, operation: dict[str, Any]) -> str:
    about = operation.get("description", "").strip().replace("``", "`")
    lines = [f"### `{title}`\n", f"{about}\n"]
    rows = [
        f"| `{one['name']}` | {one['in']} | {_type(one['schema'])} | {_default(one['schema'])} |"
        for one in operation.get("parameters", ())
    ]
    if rows:
        lines += ["| parameter | in | type | default |", "| --- | --- | --- | --- |", *rows, ""]
    if "requestBody" in operation:
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        lines.append(f"Body: {_type(body)}.\n")
    for code, answer in operation["responses"].items():
        if code.startswith("2"):
            kinds = (_answer(*one) for one in answer.get("content", {}).items())
            lines.append(f"Answer {code}: {', '.join(kinds)}.\n")
    return "\n".join(lines)


def _answer(kind: str, told: dict[str, Any]) -> str:
    return _type(told.get("schema", {})) if kind == "application/json" else f"`{kind}`"


def _fields(schema: dict[str, Any]) -> Iterator[str]:
    if said := schema.get("description"):
        yield said.replace("``", "`") + "\n"
    yield from ("| field | type | default |", "| --- | --- | --- |")
    needed = schema.get("required", ())
    for name, one in schema["properties"].items():
        default = "*needed*" if name in needed else _default(one)
        about = f"; {one['description']}" if "description" in one else ""
        yield f"| `{name}` | {_type(one)}{about} | {default} |"


def _default(schema: dict[str, Any]) -> str:
    given = schema.get("default")
    return "" if given is None else f"`{str(given).lower() if isinstance(given, bool) else given}`"


def _type(schema: dict[str, Any]) -> str:
    """A type in words: its name, its bounds, its values."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(map(_type, several)))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    return f"{schema.get('format', schema.get('type', 'object'))}{_bounds(schema)}"


def _bounds(schema: dict[str, Any]) -> str:
    if "minimum" in schema and "maximum" in schema:
        return f" {schema['minimum']}…{schema['maximum']}"
    return f", up to {schema['maxLength']} characters" if "maxLength" in schema else ""
