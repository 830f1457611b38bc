"""Service messages: each trap of the format, and what becomes of it."""

import pytest
from tests.desktop.exports import messages_of, photo, service, write


@pytest.mark.parametrize(
    ("action", "fields", "kind", "data"),
    [
        ("create_channel", {"title": "T"}, "channel_create", {"title": "T"}),
        ("create_group", {"title": "T", "members": ["A", None]}, "chat_create",
         {"title": "T", "members": ["A", None]}),
        ("set_messages_ttl", {"period": 60}, "set_messages_ttl", {"period": 60}),
        ("topic_edit", {"new_title": "N"}, "topic_edit", {"title": "N"}),
        ("phone_call", {"duration_seconds": 4, "discard_reason": "hangup"}, "phone_call",
         {"duration": 4, "reason": {"_": "phone_call_discard_reason_hangup"}}),
        ("group_call_scheduled", {"schedule_date": 1700000000}, "group_call_scheduled",
         {"schedule_date": 1700000000}),
        ("proximity_reached", {"from": "A", "from_id": "user1", "to": "B", "to_id": "user2",
                               "distance": 5}, "geo_proximity_reached",
         {"from": "A", "from_id": 1, "to": "B", "to_id": 2, "distance": 5}),
        ("requested_peer", {"button_id": 3, "peers": '["user5", "channel6"]'}, "requested_peer",
         {"button_id": 3, "peers": [5, -1_000_000_000_006]}),
        ("edit_chat_theme", {"emoticon": "x"}, "set_chat_theme",
         {"theme": {"_": "chat_theme", "emoticon": "x"}}),
        ("boost_apply", {"boosts": 2}, "boost_apply", {"boosts": 2}),
        ("fly_to_the_moon", {"altitude": 2**60}, "fly_to_the_moon", {"altitude": str(2**60)}),
        ("", {"information_text": "took a screenshot"}, "custom_action",
         {"message": "took a screenshot"}),
    ],
)  # fmt: skip
def test_service_actions(one, action, fields, kind, data):
    message = one(service(1, action, **fields))
    assert message.kind == "service"
    assert (message.action.type, message.action.data) == (kind, data)


def test_pins_and_the_like_answer_a_message(one):
    for action, key in [
        ("pin_message", "message_id"), ("score_in_game", "game_message_id"),
        ("send_payment", "invoice_message_id"),
    ]:  # fmt: skip
        message = one(service(5, action, **{key: 3}))
        assert (message.reply.msg_id, message.thread_id) == (3, 3)
        assert key not in message.action.data


def test_a_photo_of_the_chat(one):
    raw = {**photo(2), **service(2, "edit_group_photo")}
    message = one(raw)
    assert message.action.type == "chat_edit_photo"
    assert message.action.data["photo"]["kind"] == "photo"
    assert message.action.data["photo"]["width"] == 800


def test_two_texts_in_one_object(tmp_path):
    raw = (
        b'{"name":"The Mill","type":"private_group","id":5,"messages":[{"id":1,"type":"service",'
        b'"date_unixtime":"1700000000","actor_id":"user5","action":"send_webview_data",'
        b'"text":"the data","text":"","text_entities":[]}]}'
    )
    message = messages_of(write(tmp_path, raw))[1]
    assert (message.action.type, message.action.data) == (
        "web_view_data_sent", {"text": "the data"},
    )  # fmt: skip
