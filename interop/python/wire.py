"""Messages of both protobuf packages as the public package `a2a-sdk` writes and reads them.

    wire.py make FILE      writes samples of every message: its JSON and its bytes
    wire.py check FILE     reads lines `PACKAGE MESSAGE xHEX xHEX`, the bytes of a sample and what became of them elsewhere,
                           and fails where it can't read them or the two aren't the same message
"""

import base64
import importlib.metadata
import json
import sys

from a2a.compat.v0_3 import a2a_v0_3_pb2
from a2a.types import a2a_pb2
from google.protobuf import json_format, struct_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.rpc import error_details_pb2, status_pb2

PACKAGES = {"lf.a2a.v1": a2a_pb2, "a2a.v1": a2a_v0_3_pb2, "google.rpc": status_pb2}

# In the message that a sample is of; in those below it a small one will do.
STRUCT = {
    "null": None,
    "flag": True,
    "integer": 9007199254740992,
    "negative": -7,
    "fraction": 0.5,
    "text": "Grüße 👋",
    "list": [1, [], {"deep": None}],
    "object": {"text": "", "empty": {}},
}

# Whose `name` is that of a task, or of a webhook.
TASK_NAMED = {"GetTaskRequest", "CancelTaskRequest", "TaskSubscriptionRequest"}
CONFIG_NAMED = {
    "TaskPushNotificationConfig",
    "GetTaskPushNotificationConfigRequest",
    "DeleteTaskPushNotificationConfigRequest",
}


def text(field):
    """A text that no other field has, in a form that its reader takes."""
    owner = field.containing_type
    if owner.file.package == "a2a.v1":
        if field.name == "name" and owner.name in TASK_NAMED:
            return "tasks/t-1"
        if field.name == "name" and owner.name in CONFIG_NAMED:
            return "tasks/t-1/pushNotificationConfigs/c-1"
        if field.name == "parent":
            return "tasks/t-1"
        if field.name == "config_id" or (field.name == "id" and owner.name == "PushNotificationConfig"):
            return "c-1"
    return f"{owner.name}.{field.name}"


def scalar(field):
    """Anything but the default."""
    if field.type == FieldDescriptor.TYPE_STRING:
        return text(field)
    if field.type == FieldDescriptor.TYPE_BYTES:
        content = b"\x00\xffbytes"
        return base64.b64encode(content) if field.containing_type.file.package == "a2a.v1" else content
    if field.type == FieldDescriptor.TYPE_BOOL:
        return True
    if field.type == FieldDescriptor.TYPE_ENUM:
        return field.enum_type.values[2].number
    return 41


def fill(message, choose, free_form=None):
    """Sets every field; of a oneof the member that `choose` says, or the first."""
    free_form = free_form or {"key": 1}
    for field in message.DESCRIPTOR.fields:
        oneof = field.containing_oneof
        if oneof is not None and len(oneof.fields) > 1:
            chosen = choose.get(oneof.full_name, oneof.fields[0].name)
            if field.name != chosen:
                continue
        set_field(message, field, choose, free_form)
    return message


def set_field(message, field, choose, free_form):
    kind = field.message_type
    if kind is not None and kind.GetOptions().map_entry:
        value = kind.fields_by_name["value"]
        for key in ("b", "a"):
            if value.message_type is not None:
                fill(getattr(message, field.name)[key], choose)
            else:
                getattr(message, field.name)[key] = f"{field.name} {key}"
    elif kind is not None:
        targets = (
            [getattr(message, field.name).add() for _ in range(2)]
            if field.is_repeated
            else [getattr(message, field.name)]
        )
        for target in targets:
            target.SetInParent()
            if kind.full_name == "google.protobuf.Struct":
                json_format.ParseDict(free_form, target)
            elif kind.full_name == "google.protobuf.Value":
                json_format.ParseDict([free_form, None, "text"], target)
            elif kind.full_name == "google.protobuf.Timestamp":
                target.FromJsonString("2026-01-31T09:30:00.123Z")
            else:
                fill(target, choose)
    elif field.is_repeated:
        getattr(message, field.name).extend([text(field), "another"])
    else:
        setattr(message, field.name, scalar(field))


def samples(package):
    for descriptor in package.DESCRIPTOR.message_types_by_name.values():
        kind = getattr(package, descriptor.name)
        yield descriptor.name, fill(kind(), {}, STRUCT)
        own = {f.containing_oneof.full_name: f.containing_oneof for f in descriptor.fields if f.containing_oneof}
        for oneof in own.values():
            if len(oneof.fields) > 1:
                for member in oneof.fields[1:]:
                    yield descriptor.name, fill(kind(), {oneof.full_name: member.name}, STRUCT)


def zeros():
    """Defaults that are set: they aren't the same as absent."""
    v1 = a2a_pb2
    yield v1, v1.Part(text="")
    part = v1.Part()
    part.data.null_value = 0
    yield v1, part
    yield v1, v1.GetTaskRequest(id="t", history_length=0)
    yield v1, v1.ListTasksRequest(page_size=0, history_length=0, include_artifacts=False)
    yield v1, v1.SendMessageConfiguration(history_length=0)
    yield v1, v1.AgentCapabilities(streaming=False, push_notifications=False, extended_agent_card=False)
    yield v1, v1.ListTaskPushNotificationConfigsRequest(task_id="t", tenant="four")
    yield v1, v1.TaskStatus(state=77)
    yield v1, v1.SecurityScheme(mtls_security_scheme=v1.MutualTlsSecurityScheme())
    yield v1, v1.ListTasksResponse()
    v0_3 = a2a_v0_3_pb2
    yield v0_3, v0_3.SendMessageConfiguration(history_length=0, blocking=False)
    yield v0_3, v0_3.TaskStatus(state=v0_3.TASK_STATE_CANCELLED)
    yield v0_3, v0_3.GetTaskRequest(name="tasks/t")


def statuses():
    """Errors with each kind of detail: those of the protocol, one of another domain, one of any other type."""
    info = error_details_pb2.ErrorInfo(
        reason="TASK_NOT_FOUND", domain="a2a-protocol.org", metadata={"taskId": "t-1", "at": "now"}
    )
    foreign = error_details_pb2.ErrorInfo(reason="TASK_NOT_FOUND", domain="example.com")
    bad = error_details_pb2.BadRequest(
        field_violations=[{"field": "message.parts", "description": "must not be empty"}]
    )
    retry = error_details_pb2.RetryInfo(retry_delay={"seconds": 3})
    data = struct_pb2.Struct()
    json_format.ParseDict(STRUCT, data)
    for code, details in [(5, [info]), (3, [bad, foreign, retry, data]), (13, [])]:
        status = status_pb2.Status(code=code, message=f"what went wrong {code}")
        for detail in details:
            status.details.add().Pack(detail, deterministic=True)
        yield status_pb2, status


def with_integers(shown):
    """Numbers of a Struct are doubles; one that is integral is an integer in JSON, as everywhere else."""
    if isinstance(shown, dict):
        return {name: with_integers(value) for name, value in shown.items()}
    if isinstance(shown, list):
        return [with_integers(value) for value in shown]
    return int(shown) if isinstance(shown, float) and shown.is_integer() else shown


def make(path):
    messages = []

    def add(package, message):
        shown = with_integers(json_format.MessageToDict(message))
        data = message.SerializeToString(deterministic=True)
        name = message.DESCRIPTOR.name
        messages.append(
            {"package": package.DESCRIPTOR.package, "message": name, "hex": data.hex(), "json": shown}
        )

    for package in (a2a_pb2, a2a_v0_3_pb2):
        for _, message in samples(package):
            add(package, message)
    for package, message in [*zeros(), *statuses()]:
        add(package, message)
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("a2a-sdk", "protobuf")]
    lines = ",\n".join(json.dumps(message, ensure_ascii=False, sort_keys=True) for message in messages)
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"made_by": %s, "messages": [\n%s\n]}\n' % (json.dumps(", ".join(versions)), lines))
    print(f"{len(messages)} samples")


def check(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.split() for line in file if line.strip()]
    wrong = 0
    for package, name, before, after in lines:
        kind = getattr(PACKAGES[package], name)
        # An empty message has no digits to write, so there is a sign before them.
        before, after = (kind.FromString(bytes.fromhex(data.removeprefix("x"))) for data in (before, after))
        if before != after:
            wrong += 1
            print(f"{package}.{name} came back changed:\n--- before\n{before}\n--- after\n{after}", file=sys.stderr)
    print(f"{len(lines)} messages read, {wrong} changed")
    if wrong or not lines:
        sys.exit(1)


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](sys.argv[2])
