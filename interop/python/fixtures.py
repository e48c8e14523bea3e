#!/usr/bin/env python3
"""Prints what PyPI's a2a-sdk writes, as JSON lines: fixtures.py FAMILY.

With a2a-sdk 1.3: `v1`; `v0_3_compat` and `v1_compat`, which its compatibility layer makes `of` the other version.
With a2a-sdk 0.3: `v0_3`, `v0_3_rest`. Messages are built by their descriptors, so none and no field is forgotten.
"""

import enum
import importlib.metadata
import json
import sys
import types
import typing

VERSION = importlib.metadata.version("a2a-sdk")
# What is free-form may hold anything.
FREE = {
    "null": None,
    "truth": True,
    "nested": {"a_b": [None, 1.5, "x", {}], "c": {"d": []}},
    "empty": {},
    "big": 9007199254740993,
    "text": 'é\u2028"\\\n',
}
MAPS = {"metadata", "params", "header", "data", "securitySchemes", "security_schemes", "schemes", "scopes"}
TIMES = ["2026-01-31T09:30:00Z", "2026-01-31T09:30:00.120Z", "2026-01-31T09:30:00.123456789Z"]


def show(source, kind, value, of=None):
    line = {"from": f"a2a-sdk {VERSION}: {source}", "kind": kind, "json": value}
    if of:
        line["of"] = dict(zip(["kind", "json"], of))
    print(json.dumps(line, ensure_ascii=False, separators=(",", ":")))


# --- protobuf ---


def full(message, choose=None):
    """Sets every field; of a one-of the first, or the one that `choose` names. Lists have an item for each choice."""
    for field in message.DESCRIPTOR.fields:
        one_of = field.containing_oneof
        if one_of and len(one_of.fields) > 1 and field.name != (choose or one_of.fields[0].name):
            continue
        fill(message, field)
    return message


def choices(descriptor):
    """The members of its one-of, or of the one-of below it that matters: the flows of an OAuth scheme."""
    for one_of in descriptor.oneofs:
        if len(one_of.fields) > 1:
            return [field.name for field in one_of.fields]
    return [None]


def fill(message, field):
    kind, name = field.message_type, field.name
    if kind and kind.GetOptions().map_entry:
        value = kind.fields_by_name["value"]
        target = getattr(message, name)
        if not value.message_type:
            target["read"] = "Read things"
            target["write:all"] = ""
        else:
            for choice in choices(value.message_type):
                full(target[choice or "any"], choice)
            oauth = [entry for entry in target.values() if "oauth2_security_scheme" in entry.DESCRIPTOR.fields_by_name]
            for flow in choices(oauth[0].oauth2_security_scheme.flows.DESCRIPTOR) if oauth else []:
                scheme = target[f"oauth2 {flow}"].oauth2_security_scheme
                full(scheme)
                scheme.flows.Clear()
                full(scheme.flows, flow)
    elif kind and field.is_repeated:
        for choice in choices(kind):
            full(getattr(message, name).add(), choice)
    elif kind and kind.full_name == "google.protobuf.Struct":
        getattr(message, name).update(FREE)
    elif kind and kind.full_name == "google.protobuf.Value":
        json_format.ParseDict({"value": FREE}, getattr(message, name))
    elif kind and kind.full_name == "google.protobuf.Timestamp":
        getattr(message, name).FromJsonString(TIMES[1])
    elif kind:
        full(getattr(message, name))
    elif field.is_repeated:
        getattr(message, name).extend([f"{name} 1", f"{name} 2"])
    else:
        setattr(message, name, scalar(field))


def scalar(field):
    if field.enum_type:
        return field.enum_type.values[-1].number
    if field.cpp_type == field.CPPTYPE_BOOL:
        return True
    if field.cpp_type == field.CPPTYPE_INT32:
        return 7
    if field.type == field.TYPE_BYTES:
        return b"\xfb\xff\xfe"
    return {"url": "https://example.com/x", "location": "header"}.get(field.name, f"a {field.name}")


def as_json(message, **options):
    return steady(json_format.MessageToDict(message, **options))


def steady(value, in_map=False):
    """Maps in the order of their keys, for protobuf has another one each time."""
    if isinstance(value, dict):
        members = sorted(value.items()) if in_map else value.items()
        return {name: steady(item, in_map or name in MAPS) for name, item in members}
    return [steady(item, in_map) for item in value] if isinstance(value, list) else value


def every_form(kind, source, message):
    """What readers meet: as the SDK writes it, with the proto's names, with numbers, and with all defaults."""
    show(source, kind, as_json(message))
    show(f"{source}, proto names", kind, as_json(message, preserving_proto_field_name=True))
    show(f"{source}, enums as numbers", kind, as_json(message, use_integers_for_enums=True))
    show(f"{source}, all defaults", kind, as_json(message, always_print_fields_with_no_presence=True))


def parts_at_their_ends(pb):
    yield pb.Part(text="")
    yield pb.Part(raw=b"", filename="empty.bin")
    yield pb.Part(raw=bytes(range(256)), media_type="application/octet-stream")
    yield pb.Part(url="https://example.com/a?b=c#d", filename="d")
    for data in [None, False, 0, -1.5, "", [], {}, [[None], {"a": None}], 1e300, 2**53 + 1, -(2**63)]:
        part = pb.Part()
        json_format.ParseDict(data, part.data)
        yield part


def v1():
    from a2a.types import a2a_pb2 as pb

    for name, descriptor in sorted(pb.DESCRIPTOR.message_types_by_name.items()):
        if name == "StringList":
            continue
        build = getattr(pb, name)
        for choice in choices(descriptor):
            source = f"every field, {choice}" if choice else "every field"
            every_form(name, source, full(build(), choice))
        if name not in {"Part", "StreamResponse", "SendMessageResponse", "SecurityScheme", "OAuthFlows"}:
            show("only what is required", name, as_json(minimal(build())))
    for state in pb.TaskState.keys():
        for time in TIMES:
            status = pb.TaskStatus(state=state)
            status.timestamp.FromJsonString(time)
            show(f"{state} at {time}", "TaskStatus", as_json(status))
    for role in pb.Role.keys():
        show(role, "Message", as_json(pb.Message(message_id="m", role=role, parts=[pb.Part(text="hi")])))
    for number, part in enumerate(parts_at_their_ends(pb)):
        show(f"part {number}", "Part", as_json(part))
    for length in [0, 2147483647]:
        show(f"historyLength {length}", "GetTaskRequest", as_json(pb.GetTaskRequest(id="t", history_length=length)))
    none = pb.AgentCapabilities(streaming=False, push_notifications=False, extended_agent_card=False)
    show("capabilities that are off", "AgentCapabilities", as_json(none))
    for binding in ["JSONRPC", "GRPC", "HTTP+JSON", "https://example.com/own/v1"]:
        interface = pb.AgentInterface(url="https://example.com", protocol_binding=binding, protocol_version="1.0")
        show(binding, "AgentInterface", as_json(interface))
    unscoped = pb.SecurityRequirement()
    unscoped.schemes["any"].SetInParent()
    show("no scopes", "SecurityRequirement", as_json(unscoped))
    errors_of_v1()


def minimal(message):
    """Sets what is required, and an item of each required list of messages."""
    for field in message.DESCRIPTOR.fields:
        if required(field) and not field.message_type:
            fill(message, field)
        elif required(field) and not field.message_type.GetOptions().map_entry:
            target = getattr(message, field.name)
            inner = minimal(target.add() if field.is_repeated else target)
            inner.SetInParent()
            if field.message_type.name in {"Part", "OAuthFlows"}:
                full(inner)
    return message


def errors_of_v1():
    from a2a.server.request_handlers.response_helpers import build_error_response
    from a2a.utils import errors
    from a2a.utils.error_handlers import build_rest_error_payload

    violations = {"errors": [{"field": "message.parts", "message": "At least one part is required"}]}
    kinds = set(errors.A2AError.__subclasses__()) - {errors.JSONParseError}  # It fails to write that one.
    for kind in sorted(kinds, key=lambda kind: kind.__name__):
        for source, data in {"alone": None, "with data": {"taskId": "t"}, "with violations": violations}.items():
            if source != "with violations" or kind is errors.InvalidParamsError:
                error = kind("What went wrong", data=data) if data else kind()
                show(f"{kind.__name__} {source}", "Error", build_error_response("1", error)["error"])
                show(f"{kind.__name__} {source}", "HttpError", build_rest_error_payload(error))


def required(field):
    from google.api import field_behavior_pb2

    return field_behavior_pb2.REQUIRED in field.GetOptions().Extensions[field_behavior_pb2.field_behavior]


# What the messages of package a2a.v1 are called in JSON-RPC, where they are called otherwise.
NAMES_OF_0_3 = {
    "SendMessageRequest": "MessageSendParams",
    "SendMessageResponse": "SendMessageResult",
    "StreamResponse": "StreamEvent",
}
# What is a body over REST, or the whole of one.
BODIES = {
    "AgentCard", "Artifact", "ListTaskPushNotificationConfigResponse", "Message", "SendMessageRequest",
    "SendMessageResponse", "StreamResponse", "Task", "TaskPushNotificationConfig",
}  # fmt: skip


def v0_3_rest():
    from a2a.grpc import a2a_pb2 as pb

    for name, descriptor in sorted(pb.DESCRIPTOR.message_types_by_name.items()):
        if name not in BODIES:
            continue
        for choice in choices(descriptor):
            source, message = f"every field, {choice}" if choice else "every field", full(getattr(pb, name)(), choice)
            for part in pieces(message):
                # As the SDK does: the bytes of a file are its base64 text.
                part.file_with_bytes, part.name = b"+/8=", "a name"
            for config in pieces(message, "push_notification_config"):
                config.name, config.push_notification_config.id = "tasks/t/pushNotificationConfigs/p", "p"
            kind = NAMES_OF_0_3.get(name, name)
            show(source, kind, as_json(message))
            show(f"{source}, proto names", kind, as_json(message, preserving_proto_field_name=True))
    for state in pb.TaskState.keys():
        task = pb.Task(id="t", context_id="c", status=pb.TaskStatus(state=state))
        show(state, "Task", as_json(task))
    for role in pb.Role.keys():
        show(role, "Message", as_json(pb.Message(message_id="m", role=role, content=[pb.Part(text="hi")])))


def pieces(message, member="file_with_bytes"):
    """All messages in it that have this member."""
    if member in message.DESCRIPTOR.fields_by_name:
        yield message
    for field, value in message.ListFields():
        if field.message_type and not field.message_type.GetOptions().map_entry:
            for item in value if field.is_repeated else [value]:
                yield from pieces(item, member)


# --- pydantic ---


def models_of(module):
    from pydantic import BaseModel

    for name, model in sorted(vars(module).items()):
        if isinstance(model, type) and issubclass(model, BaseModel) and name in KINDS_OF_0_3:
            yield name, model


KINDS_OF_0_3 = {
    "Task", "TaskStatus", "Message", "Part", "Artifact", "TaskStatusUpdateEvent", "TaskArtifactUpdateEvent",
    "MessageSendParams", "MessageSendConfiguration", "TaskIdParams", "TaskQueryParams", "PushNotificationConfig",
    "PushNotificationAuthenticationInfo", "TaskPushNotificationConfig", "GetTaskPushNotificationConfigParams",
    "ListTaskPushNotificationConfigParams", "DeleteTaskPushNotificationConfigParams", "AgentCard", "AgentInterface",
    "AgentCapabilities", "AgentSkill", "AgentExtension", "AgentProvider", "AgentCardSignature", "SecurityScheme",
    "OAuthFlows",
}  # fmt: skip


def variants(annotation, name=""):
    """All values of a type that differ in what they are made of: one for each member of a union."""
    from pydantic import BaseModel, RootModel

    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return [value for kind in arguments if kind is not type(None) for value in variants(kind, name)]
    if origin is typing.Literal:
        return list(arguments)
    if origin is list:
        return [variants(arguments[0], name)] if name != "scopes" else [["read", "write:all"]]
    if origin is dict:
        return [mapping(arguments[1], name)]
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return list(annotation)
    if isinstance(annotation, type) and issubclass(annotation, RootModel):
        return [annotation(value) for value in variants(annotation.model_fields["root"].annotation, name)]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [model(annotation)] if annotation.__name__ != "OAuthFlows" else flows(annotation)
    return [{bool: True, int: 7, float: 1.5}.get(annotation, text(name))]


def mapping(value, name):
    if value is typing.Any:
        return FREE
    made = variants(value, name)
    if isinstance(made[0], list):
        return {"any": made[0], "none": []}
    return {f"{name} {number}": item for number, item in enumerate(made)}


def text(name):
    known = {"bytes": "+/8=", "timestamp": TIMES[1], "url": "https://example.com/x", "protocol_version": "0.3.0"}
    return known.get(name, f"a {name}")


def model(kind):
    return kind(**{name: variants(field.annotation, name)[0] for name, field in kind.model_fields.items()})


def flows(kind):
    fields = {name: variants(field.annotation, name)[0] for name, field in kind.model_fields.items()}
    return [kind(**{name: flow}) for name, flow in fields.items()] + [kind(**fields)]


def dumped(value, **options):
    return steady(value.model_dump(mode="json", by_alias=True, **options))


def v0_3():
    from a2a import types as pydantic_types

    for name, kind in models_of(pydantic_types):
        for number, value in enumerate(variants(kind)):
            show(f"every field, {number}", name, dumped(value, exclude_none=True))
        if name in {"Part", "SecurityScheme", "OAuthFlows"}:
            continue
        fields = ((field, info) for field, info in kind.model_fields.items() if info.is_required())
        needed = {field: variants(info.annotation, field)[0] for field, info in fields}
        show("only what is required", name, dumped(kind(**needed), exclude_none=True))
        show("only what is required, with nulls", name, dumped(kind(**needed)))
    for state in pydantic_types.TaskState:
        show(state.value, "TaskStatus", dumped(pydantic_types.TaskStatus(state=state), exclude_none=True))
    for time in ["2025-04-02T16:59:25.331844", "2025-04-02T16:59:25", "2025-04-02T16:59:25+02:00"]:
        status = pydantic_types.TaskStatus(state="working", timestamp=time)
        show(f"at {time}", "TaskStatus", dumped(status, exclude_none=True))
    for event in ["TaskStatusUpdateEvent", "TaskArtifactUpdateEvent", "Task", "Message"]:
        show(event, "StreamEvent", dumped(model(getattr(pydantic_types, event)), exclude_none=True))
    for answer in ["Task", "Message"]:
        show(answer, "SendMessageResult", dumped(model(getattr(pydantic_types, answer)), exclude_none=True))
    for name, error in sorted(vars(pydantic_types).items()):
        if "code" in getattr(error, "model_fields", {}) and name != "JSONRPCError":
            show(name, "Error", dumped(error(), exclude_none=True))
            show(f"{name} with data", "Error", dumped(error(data={"why": [None, "x"]}), exclude_none=True))


# What converts, and what the functions that do it are called.
CONVERTED = {
    "Part": "part", "Message": "message", "TaskStatus": "task_status", "Task": "task", "Artifact": "artifact",
    "TaskStatusUpdateEvent": "task_status_update_event", "TaskArtifactUpdateEvent": "task_artifact_update_event",
    "AgentCard": "agent_card", "SecurityScheme": "security_scheme", "AgentSkill": "agent_skill",
    "TaskPushNotificationConfig": "task_push_notification_config",
}  # fmt: skip


def v0_3_compat():
    from a2a.compat.v0_3 import conversions
    from a2a.types import a2a_pb2 as pb

    for kind, name in CONVERTED.items():
        convert = getattr(conversions, f"to_compat_{name}")
        for choice in choices(getattr(pb, kind).DESCRIPTOR):
            native = full(getattr(pb, kind)(), choice)
            for interface in getattr(native, "supported_interfaces", []):
                interface.protocol_version = "0.3"
            old = dumped(convert(native), exclude_none=True)
            show(choice or "every field", kind, old, of=(kind, as_json(native)))
    for number, part in enumerate(parts_at_their_ends(pb)):
        old = dumped(conversions.to_compat_part(part), exclude_none=True)
        show(f"part {number}", "Part", old, of=("Part", as_json(part)))
    for state in pb.TaskState.keys():
        event = pb.TaskStatusUpdateEvent(task_id="t", context_id="c", status=pb.TaskStatus(state=state))
        old = dumped(conversions.to_compat_task_status_update_event(event), exclude_none=True)
        show(state, "TaskStatusUpdateEvent", old, of=("TaskStatusUpdateEvent", as_json(event)))


def v1_compat():
    from a2a.compat.v0_3 import conversions
    from a2a.compat.v0_3 import types as old_types

    for kind, name in CONVERTED.items():
        convert = getattr(conversions, f"to_core_{name}")
        for number, old in enumerate(variants(getattr(old_types, kind))):
            show(f"every field, {number}", kind, as_json(convert(old)), of=(kind, dumped(old, exclude_none=True)))
    for state in old_types.TaskState:
        old = old_types.TaskStatus(state=state)
        new = conversions.to_core_task_status(old)
        show(state.value, "TaskStatus", as_json(new), of=("TaskStatus", dumped(old, exclude_none=True)))


if __name__ == "__main__":
    from google.protobuf import json_format

    families = {"v1": v1, "v0_3": v0_3, "v0_3_compat": v0_3_compat, "v1_compat": v1_compat, "v0_3_rest": v0_3_rest}
    families[sys.argv[1]]()
