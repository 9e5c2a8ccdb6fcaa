"""SVG pictures by an allow-list: shapes and text, nothing that runs, loads or moves."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

NAMESPACE = "http://www.w3.org/2000/svg"
MOST_ELEMENTS = 20_000

ELEMENTS = frozenset(
    [
        *("svg", "g", "defs", "title", "desc", "symbol", "marker", "clipPath", "mask", "pattern"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"),
        *("linearGradient", "radialGradient", "stop", "metadata"),
    ]
)
_REFERENCE = re.compile(r"url\(|javascript:|expression\(|@import", re.IGNORECASE)
_LOCAL = re.compile(r"url\(\s*['\"]?#[A-Za-z0-9_.-]+['\"]?\s*\)")


class UnsafeSvg(ValueError):
    """A picture that may not be shown, and where."""

    def __init__(self, sentence: str, line: int, column: int) -> None:
        super().__init__(sentence)
        self.line, self.column = line, column


def svg(content: bytes) -> Element:
    """The picture as a tree. Raises UnsafeSvg for what is not on the allow-list."""
    doctype = re.search(rb"<!DOCTYPE", content, re.IGNORECASE)
    if doctype:
        before = content[: doctype.start()]
        column = doctype.start() - before.rfind(b"\n")
        raise UnsafeSvg("a DOCTYPE is not allowed in a picture", before.count(b"\n") + 1, column)
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)  # noqa: FBT003 (expat takes it by place)
    except expat.ExpatError as error:
        said = f"this is not XML: {expat.errors.messages[error.code]}"
        raise UnsafeSvg(said, error.lineno, error.offset + 1) from None
    root = reader.builder.close()
    if root.tag != f"{{{NAMESPACE}}}svg":
        raise UnsafeSvg("the outermost element is svg in the SVG namespace", 1, 1)
    return root


class _Reader:
    """Builds the tree and stops at the first thing that is not allowed."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.count = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = lambda name: self.builder.end("{" + name)
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.EntityDeclHandler = lambda *given: self.refuse("an entity")
        self.parser.ProcessingInstructionHandler = lambda *given: self.refuse("an instruction")

    def refuse(self, what: str) -> None:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        raise UnsafeSvg(f"{what} is not allowed in a picture", line, column)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST_ELEMENTS:
            self.refuse(f"more than {MOST_ELEMENTS} elements")
        namespace, _, local = name.rpartition("}")
        if namespace != NAMESPACE or local not in ELEMENTS:
            self.refuse(f"the element {local}")
        for key, value in attributes.items():
            self.attribute(key.rpartition("}")[2], value)
        self.builder.start("{" + name, attributes)

    def attribute(self, key: str, value: str) -> None:
        if key.lower().startswith("on") or key.lower() in {"href", "style", "src"}:
            self.refuse(f"the attribute {key}")
        if _REFERENCE.search(_LOCAL.sub("", value)):
            self.refuse(f"a reference in {key}")
