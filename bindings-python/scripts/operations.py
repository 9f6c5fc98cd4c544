"""Prints `lifestage/operations.py`: every record operation as a method, with the types of what it takes and answers.

Both are read from the registry of operations and its JSON Schemas.
"""

import textwrap
from collections.abc import Iterator
from typing import Any

from lifestage import Engine

Schema = dict[str, Any]

PRIMITIVES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}

HEAD = '''"""Every operation that takes records, as a method, with the types of what it takes and answers.

Generated from the registry of operations by scripts/operations.py; not edited by hand.
"""

# ruff: noqa: E501

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast

from lifestage.records import given

if TYPE_CHECKING:
    from datetime import date

    from typing_extensions import NotRequired
'''

METHODS = '''
class Operations(ABC):
    """Every operation that takes records, as a method: what it is about first, the rest by name.

    Values are those of JSON, or `Decimal` and `date`; amounts come back as text. `Engine.call` takes the same by name.
    """

    __slots__ = ()

    @abstractmethod
    def call(self, operation: str, request: dict[str, Any]) -> Any:
        """Calls an operation by name."""
'''


class Types:
    """The types of schemas; those that have a name are declared once."""

    def __init__(self) -> None:
        """No types yet."""
        self.declared: dict[str, str] = {}

    def of(self, schema: Schema | bool) -> str:
        """The annotation of a schema's values."""
        if not isinstance(schema, dict):
            return "Any"
        if ref := schema.get("$ref"):
            return str(ref).rpartition("/")[2]
        if "enum" in schema:
            return f"Literal[{', '.join(map(repr, schema['enum']))}]"
        if "const" in schema:
            return f"Literal[{schema['const']!r}]"
        if choices := schema.get("oneOf") or schema.get("anyOf"):
            return union(self.of(choice) for choice in choices)
        types = schema.get("type", [])
        return union(self._named(name, schema) for name in ([types] if isinstance(types, str) else types)) or "Any"

    def _named(self, name: str, schema: Schema) -> str:
        if name == "array":
            if items := schema.get("prefixItems"):
                return f"tuple[{', '.join(map(self.of, items))}]"
            return f"list[{self.of(schema.get('items', True))}]"
        if name == "object":
            return f"dict[str, {self.of(schema.get('additionalProperties', True) or True)}]"
        return PRIMITIVES[name]

    def declare(self, schema: Schema) -> str:
        """The annotation of a request or response, all of whose types are declared."""
        for name, definition in schema.get("$defs", {}).items():
            self._declare(name, definition)
        if schema.get("type") != "object":
            return self.of(schema)
        self._declare(schema["title"], schema)
        return str(schema["title"])

    def _declare(self, name: str, schema: Schema) -> None:
        declaration = self._fields(name, schema) if schema.get("properties") else f"{name} = {self.of(schema)}\n"
        if self.declared.setdefault(name, declaration) != declaration:
            raise ValueError(f"two types are called {name}")

    def _fields(self, name: str, schema: Schema) -> str:
        lines = [f"class {name}(TypedDict):", *doc(schema.get("description", name))]
        for field, value in schema["properties"].items():
            is_required = field in schema.get("required", ())
            lines.append(f"    {field}: {self.of(value) if is_required else f'NotRequired[{self.of(value)}]'}")
            lines += doc(value.get("description", ""))
        return "\n".join(lines) + "\n"


def union(types: Iterator[str]) -> str:
    """The types, each once; literals together."""
    return " | ".join(dict.fromkeys(types))


def doc(text: str, indent: str = "    ") -> list[str]:
    """The lines of a docstring."""
    if not text:
        return []
    return [f'{indent}"""{" ".join(text.split())}"""']


def takes(request: Schema) -> dict[str, tuple[Schema, bool]]:
    """What a method takes by name, with its schema and whether it has to be given; parameters stand beside tables."""
    fields: dict[str, tuple[Schema, bool]] = {}
    for name, schema in request.get("properties", {}).items():
        if name == "params":
            fields |= takes(request["$defs"][schema["$ref"].rpartition("/")[2]])
        else:
            fields[name] = (schema, name in request.get("required", ()))
    return fields


def method(operation: Schema, types: Types) -> str:
    """An operation as a method."""
    name, request = operation["name"], operation["request"]
    response = types.declare(operation["response"])
    if request.get("properties"):
        types.declare(request)
    fields = takes(request)
    required = [field for field, (_, is_required) in fields.items() if is_required]
    first = next((field for field in ("record", "tables", *required) if field in fields and fields[field][1]), None)
    rest = sorted((field for field in fields if field != first), key=lambda field: field not in required)
    names = ([first] if first else []) + rest
    signature = [argument(field, *fields[field], types) for field in names]
    if rest:
        signature.insert(len(names) - len(rest), "*")
    lines = [f"    def {name}({', '.join(['self', *signature])}) -> {response}:"]
    lines += documented(operation, {field: fields[field][0] for field in names})
    lines.append(f'        return cast("{response}", self.call({name!r}, {request_of(request, names)}))')
    return "\n".join(lines) + "\n"


def request_of(request: Schema, names: list[str]) -> str:
    """The request that the arguments make."""
    arguments = [f"{name}={name}" for name in names]
    if "params" in request.get("properties", {}):
        arguments[1:] = [f"params={given_of(arguments[1:])}"]
    return given_of(arguments)


def given_of(arguments: list[str]) -> str:
    """The arguments as an object, without those that are not given."""
    return f"given({', '.join(arguments)})" if arguments else "{}"


def argument(name: str, schema: Schema, is_required: bool, types: Types) -> str:
    """A parameter of a method: dates may be dates, and rows any dict."""
    annotation = "dict[str, Any]" if name in ("record", "tables") else types.of(schema)
    if schema.get("format") == "date":
        annotation = f"date | {annotation}"
    if is_required:
        return f"{name}: {annotation}"
    if "default" in schema and schema["default"] is not None and not isinstance(schema["default"], (list, dict)):
        return f"{name}: {annotation} = {schema['default']!r}"
    return f"{name}: {annotation} = None" if "None" in annotation else f"{name}: {annotation} | None = None"


def documented(operation: Schema, fields: dict[str, Schema]) -> Iterator[str]:
    """The docstring of a method."""
    yield f'        """{operation["about"]["en"]}'
    yield ""
    if fields:
        yield "        Args:"
        for field, schema in fields.items():
            text = f"{field}: {' '.join(schema.get('description', field).split())}"
            yield from textwrap.wrap(text, 116, initial_indent=" " * 12, subsequent_indent=" " * 16)
        yield ""
    yield "        Raises:"
    yield "            RequestError: The request has faults; the error has all of them."
    yield '        """'


def module() -> str:
    """The whole module."""
    operations = [operation for operation in Engine().call("list_operations") if operation["form"] == "record"]
    types = Types()
    methods = [method(operation, types) for operation in operations]
    return "\n\n".join([HEAD, *types.declared.values(), METHODS + "\n" + "\n".join(methods)])


if __name__ == "__main__":
    print(module(), end="")
