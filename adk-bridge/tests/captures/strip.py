#!/usr/bin/env python3
"""Makes the recordings beside this file out of raw ones: strip.py FOLDER...

A raw recording is a JSON file with `turns`, each with the user's message, the exchanges on the wire and the events
that the recorded client made of them. What is kept: the message, the responses (parsed frames, without the envelope
of the JSON-RPC call), and of the events what doesn't name ids and times. A file that no rule below takes in or leaves
out is an error.
"""

import collections
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
SENDS = {"SendMessage", "SendStreamingMessage"}
# HTTP+JSON answers what JSON-RPC has as the result.
REST = {"/a2a/rest/message:send": "SendMessage", "/a2a/rest/message:stream": "SendStreamingMessage"}

# By the file's name, in this order: the group it goes into, or what it is if it is left out.
RULES = [
    (r"adkgo_(rest03|v03|v03sdk|raw-v03)-", None, "0.3"),
    (r"adkgo_rest-", "go_from_go_rest", None),
    (r"adkgo_fake_card_(v03_shape_old_client|v1_shape_old_client|only_v03_wellknown_path|v03_shape)$", None, "0.3"),
    (r"adkgo_raw-|adkgo_hop-per-event_cancel_paused_task$", None, "raw"),
    (r"adkgo_pyserver-", None, "no wire"),
    (r"adkgo_stop_", None, "stops"),
    (r"adk_agent_card$|card-|scripted_events$", None, "no exchange"),
    (r"adkgo-main_pyclient-", "python_from_go_main", None),
    (r"adkgo-main_", "go_from_go_main", None),
    (r"adkgo_pyclient-", "python_from_go", None),
    (r"adkgo_fake-nostream_", "go_from_fake_unary", None),
    (r"adkgo_fake_", "go_from_fake", None),
    (r"adkgo_hop-", "go_from_go_relay", None),
    (r"adkgo_history_", "go_from_go_history", None),
    (r"adkgo_per-event-nostream_", "go_from_go_per_event_unary", None),
    (r"adkgo_per-event(-sse)?_", "go_from_go_per_event", None),
    (r"adkgo_per-run-nostream_", "go_from_go_per_run_unary", None),
    (r"adkgo_per-run(-sse)?_", "go_from_go_per_run", None),
    (r"adk_legacy-nostream_", "python_from_python_legacy_unary", None),
    (r"adk_legacy_", "python_from_python_legacy", None),
    (r"adk_exthdr-nostream_", "python_from_python_unary", None),
    (r"adk_(exthdr|forcenew|useLegacyFalse)_", "python_from_python", None),
]


def rule(name):
    for pattern, group, why in RULES:
        if re.match(pattern, name):
            return group, why
    sys.exit(f"no rule for {name}")


def answer(frame, request):
    if request.get("path") in REST:
        return {"result": frame}
    return {key: value for key, value in frame.items() if key not in {"jsonrpc", "id"}}


def call_of(request):
    """The JSON-RPC call that a request is, or would be."""
    method = REST.get(request.get("path"))
    return {"method": method} if method else request.get("json") or {}


def exchange(name, request, response):
    call = call_of(request)
    kept = {"method": call.get("method", "card"), "status": response["status"]}
    kept["type"] = response["headers"].get("content-type", "")
    raw = "".join(chunk["raw"] for chunk in response["chunks"])
    frames = response.get("sse_events")
    if name.startswith("adkgo_fake_stream_"):
        kept["body"] = re.sub(r'"id":"(1|%s)"' % re.escape(str(call.get("id"))), '"id":$ID', raw)
    elif frames:
        kept["frames"] = [answer(frame, request) for frame in frames]
    elif "json" in response and call.get("method"):
        kept["json"] = answer(response["json"], request)
    elif "json" in response:
        kept["json"] = response["json"]
    else:
        kept["body"] = raw
    if "aborted" in response:
        kept["cut"] = True
    return kept


def is_kept(name, request, response):
    if request["method"] == "GET":
        return name.startswith("adkgo_fake_card_") and "elided" not in response
    return call_of(request).get("method") in SENDS


def camel(value):
    """Python's names of a part's fields, as JSON has them. What is inside of a call stays."""
    def name(key):
        return re.sub("_(.)", lambda found: found[1].upper(), key)

    parts = [
        {name(kind): {name(k): v for k, v in data.items()} if isinstance(data, dict) else data for kind, data in part.items()}
        for part in value["parts"]
    ]
    return {**value, "parts": parts}


def event(recorded):
    kept = {key: value for key, value in recorded.items() if key not in {"id", "timestamp", "invocationId", "author", "nodeInfo"}}
    notes = {key: value for key, value in kept.pop("customMetadata", {}).items() if key not in {"a2a:request", "a2a:response"}}
    if notes:
        kept["customMetadata"] = notes
    actions = {key: value for key, value in kept.pop("actions", {}).items() if value not in ({}, None)}
    if actions:
        kept["actions"] = actions
    return kept


def turn(name, recorded):
    wire = [(e["request"], e["response"]) for e in recorded["wire"]]
    if name.startswith("adkgo_hop-"):
        wire = [(q, r) for q, r in wire if q["headers"]["host"] == "127.0.0.1:28500"]
    return {
        "message": camel(recorded["user_message"]),
        "wire": [exchange(name, q, r) for q, r in wire if is_kept(name, q, r)],
        "events": [event(e) for e in recorded["adk_client_events"] if e.get("author") == "remote"],
        "error": recorded.get("client_error"),
    }


def main(folders):
    groups, left_out = collections.defaultdict(list), collections.Counter()
    for path in sorted(path for folder in folders for path in pathlib.Path(folder).glob("*.json")):
        group, why = rule(path.stem)
        if group is None:
            left_out[why] += 1
            continue
        recorded = json.loads(path.read_text())
        turns = [turn(path.stem, each) for each in recorded["turns"]]
        groups[group].append({"name": path.stem, "streaming": recorded["streaming"], "turns": turns})
    for group, recordings in groups.items():
        lines = (json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in recordings)
        (HERE / f"{group}.jsonl").write_text("\n".join(lines) + "\n")
    print({group: len(recordings) for group, recordings in groups.items()}, dict(left_out))


main(sys.argv[1:])
