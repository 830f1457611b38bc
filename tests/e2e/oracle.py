"""Compares what an archive holds with what the sandbox says it should hold."""

import json

from tests.e2e.processes import Process


def expected(world):
    """The lines of ``tgsandbox expect``."""
    process = Process("tgsandbox", ["expect", "--world", world])
    out, err = process.said(100)
    assert process.returncode == 0, err
    # Texts hold separators that str.splitlines would take for ends of lines.
    return [json.loads(line) for line in out.rstrip("\n").split("\n")]


def of_chat(lines, chat_id):
    """What of the oracle belongs to one chat: itself, its messages by id, all peers by id."""
    chat = next(line for line in lines if line["type"] == "chat" and line["id"] == chat_id)
    messages = {
        line["id"]: line for line in lines if line["type"] == "message" and line["chat"] == chat_id
    }
    peers = {line["id"]: line for line in lines if line["type"] == "peer"}
    return chat, messages, peers


def assert_same(stored, oracle, chat_id, *, without=()):
    """Stored lines equal the oracle's, field by field, less the ids that declared failures name."""
    chat, messages, peers = of_chat(stored, chat_id)
    expected_chat, expected_messages, expected_peers = of_chat(oracle, chat_id)
    assert chat == expected_chat
    wanted = expected_messages.keys() - set(without)
    assert messages.keys() == wanted
    for message_id in sorted(wanted):
        assert messages[message_id] == expected_messages[message_id], message_id
    for peer_id, peer in peers.items():
        assert peer == expected_peers[peer_id], peer_id
