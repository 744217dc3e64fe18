"""Compares a raw answer with what the service's model says about it."""

import base64
import json
import re
from xml.etree import ElementTree

ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")

# Headers that every answer of S3 has, and no model names.
COMMON = {"x-amz-request-id", "x-amz-id-2"}

# Words that AWS says although its model has others.
SAID = {"PermissionsBoundaryAttachmentType": {"Policy"}, "PolicySourceType": {"IAM Policy", "Resource Policy"}}


class Answer:
    """One answer; problems are what the model does not know about it."""

    def __init__(self, operation, protocol, answer):
        self.name, self.output, self.problems = operation.name, operation.output_shape, []
        self.headers = {name.lower(): value for name, value in answer["headers"].items()}
        self.body = answer["body"] if isinstance(answer["body"], bytes) else None
        {"query": self.query, "json": self.json, "rest-xml": self.rest}[protocol]()

    def problem(self, at, text):
        self.problems.append(f"{self.name}: {'.'.join(at)}: {text}")

    # The protocols.

    def query(self):
        root = ElementTree.fromstring(self.body)
        parts = {plain(e.tag): e for e in root}
        if plain(root.tag) != self.name + "Response" or "ResponseMetadata" not in parts:
            self.problem((plain(root.tag),), "is not the answer's element, or has no ResponseMetadata")
        wrapper = self.output.serialization.get("resultWrapper") if self.output else None
        for tag in parts.keys() - {"ResponseMetadata", wrapper}:
            self.problem((tag,), "is not of the answer")
        if wrapper and wrapper not in parts:
            self.problem((wrapper,), "is missing")
        elif wrapper:
            self.element(self.output, parts[wrapper], (wrapper,))

    def json(self):
        if self.output is not None:
            self.value(self.output, json.loads(self.body), ())

    def rest(self):
        known = set(COMMON)
        members = self.output.members if self.output else {}
        for shape in members.values():
            if shape.serialization.get("location") == "header":
                known.add(shape.serialization["name"].lower())
        for name in self.headers:
            if name.startswith("x-amz-") and name not in known and not name.startswith("x-amz-meta-"):
                self.problem((name,), "is a header that the model does not know")
        payload = self.output.serialization.get("payload") if self.output else None
        shape = members[payload] if payload else self.output
        if not self.body or shape is None or shape.type_name != "structure" or self.name == "GetBucketLocation":
            return
        root = ElementTree.fromstring(self.body)
        want = shape.serialization.get("name", shape.name if payload else None)
        if want and plain(root.tag) != want and payload:
            self.problem((plain(root.tag),), f"is not {want}")
        self.element(shape, root, (plain(root.tag),))

    # XML.

    def element(self, shape, element, at):
        walk = {"structure": self.fields, "list": self.items, "map": self.entries}.get(shape.type_name)
        if walk:
            walk(shape, element, at)
        elif len(element):
            self.problem(at, "has elements inside")
        else:
            self.text(shape, element.text or "", at)

    def fields(self, shape, element, at):
        body = {n: m for n, m in shape.members.items() if m.serialization.get("location", "body") == "body"}
        attributes = {n for n, m in body.items() if m.serialization.get("xmlAttribute")} if element.attrib else set()
        known = {wire(name, member): (name, member) for name, member in body.items()}
        found = {}
        for child in element:
            found.setdefault(plain(child.tag), []).append(child)
        for tag, children in found.items():
            if tag not in known:
                self.problem(at + (tag,), "is not known to the model")
                continue
            member = known[tag][1]
            flat = member.type_name in ("list", "map") and member.serialization.get("flattened")
            if len(children) > 1 and not flat:
                self.problem(at + (tag,), "stands more than once")
            for child in children:
                inner = member.member if flat and member.type_name == "list" else member
                self.element(inner, child, at + (tag,))
        self.missing(shape, attributes | {known[tag][0] for tag in found if tag in known}, at)

    def items(self, shape, element, at):
        want = shape.member.serialization.get("name", "member")
        for child in element:
            if plain(child.tag) != want:
                self.problem(at + (plain(child.tag),), f"is not {want}")
            self.element(shape.member, child, at + (want,))

    def entries(self, shape, element, at):
        key, value = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
        for child in element:
            parts = [plain(e.tag) for e in child]
            if plain(child.tag) != "entry" or parts != [key, value]:
                self.problem(at + (plain(child.tag),), f"is not an entry of {key} and {value}")
                continue
            self.text(shape.key, child[0].text or "", at + (key,))
            self.element(shape.value, child[1], at + (value,))

    def text(self, shape, text, at):
        kind = shape.type_name
        if kind in ("integer", "long") and not re.fullmatch(r"-?\d+", text):
            self.problem(at, f"{text!r} is no number")
        elif kind == "boolean" and text not in ("true", "false"):
            self.problem(at, f"{text!r} is no truth value")
        elif kind == "timestamp" and not ISO.match(text):
            self.problem(at, f"{text!r} is no time")
        elif kind == "string":
            self.word(shape, text, at)

    # JSON.

    def value(self, shape, value, at):
        kind = shape.type_name
        if not isinstance(value, JSON_TYPES[kind]) or isinstance(value, bool) != (kind == "boolean"):
            iso = kind == "timestamp" and shape.serialization.get("timestampFormat") == "iso8601"
            if not (iso and isinstance(value, str) and ISO.match(value)):
                self.problem(at, f"{value!r} is no {kind}")
            return
        if kind == "structure":
            self.object(shape, value, at)
        elif kind == "list":
            for one in value:
                self.value(shape.member, one, at)
        elif kind == "map":
            for name, one in value.items():
                self.value(shape.value, one, at + (name,))
        elif kind == "blob":
            base64.b64decode(value, validate=True)
        elif kind == "string":
            self.word(shape, value, at)

    def object(self, shape, value, at):
        for name, one in value.items():
            if name not in shape.members:
                self.problem(at + (name,), "is not known to the model")
            else:
                self.value(shape.members[name], one, at + (name,))
        self.missing(shape, value.keys(), at)
        if shape.is_tagged_union and len(value) != 1:
            self.problem(at, f"is a union with {len(value)} members")

    # Both.

    def word(self, shape, text, at):
        if shape.enum and text not in SAID.get(shape.name, shape.enum):
            self.problem(at, f"{text!r} is none of {shape.enum}")

    def missing(self, shape, present, at):
        for name in set(shape.required_members) - set(present):
            if shape.members[name].serialization.get("location", "body") == "body":
                self.problem(at + (name,), "is missing")


JSON_TYPES = {
    "structure": dict, "map": dict, "list": list, "string": str, "blob": str, "boolean": bool,
    "integer": int, "long": int, "double": (int, float), "float": (int, float), "timestamp": (int, float),
}


def plain(tag):
    return tag.rpartition("}")[2]


def wire(name, shape):
    """The element of a member."""
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        name = shape.member.serialization.get("name", name)
    return shape.serialization.get("name", name)
