"""Calls of operations that a node does not support: each is refused, in the service's way."""

from botocore import xform_name
from botocore.exceptions import ClientError

WORDS = {"blob": b"x", "boolean": True, "integer": 1, "long": 1, "double": 1.0, "float": 1.0, "timestamp": 0}


def value(shape):
    """The least that botocore takes for a shape."""
    if shape.type_name == "structure":
        return arguments(shape)
    if shape.type_name == "list":
        return [value(shape.member)]
    if shape.type_name == "map":
        return {"key": value(shape.value)}
    if shape.type_name != "string":
        return max(WORDS[shape.type_name], shape.metadata.get("min", 0)) if shape.type_name in ("integer", "long") else WORDS[shape.type_name]
    return shape.enum[0] if shape.enum else "x" * max(8, shape.metadata.get("min", 0))


def arguments(shape):
    names = shape.required_members if shape else []
    if shape and shape.is_tagged_union:
        names = list(shape.members)[:1]
    return {name: value(shape.members[name]) for name in names}


def refuse(session, client):
    """Call what of the model is not supported."""
    model = client.meta.service_model
    for name in model.operation_names:
        operation = model.operation_model(name)
        if name in session.wanted or operation.deprecated:
            continue
        try:
            getattr(client, xform_name(name))(**arguments(operation.input_shape))
            session.fail(f"{name} is answered and not in the table")
        except ClientError as e:
            status, code = e.response["ResponseMetadata"]["HTTPStatusCode"], e.response["Error"]["Code"]
            expected = status == 501 or 400 <= status < 500 if session.service == "s3" else status == 400 and code.startswith("UnsupportedOperation")
            if not expected:  # S3 looks for the bucket first.
                session.fail(f"{name} is refused with {status} {code}")
