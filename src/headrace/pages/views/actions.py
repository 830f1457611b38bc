"""Service messages as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from headrace.model.message import Action, Message
from headrace.model.values import CHANNEL_MARK
from headrace.pages.i18n import duration
from headrace.pages.views.cards import dumped, money
from headrace.pages.views.media import media_view, within
from headrace.pages.views.scene import Scene
from headrace.transform.visible import visible_line

_DAY_S = 86_400
Fields = Mapping[str, Any]


class ServiceView(NamedTuple):
    """What happened; ``raw`` has the fields of what has no sentence of its own."""

    sentence: str
    media: tuple[object, ...] = ()
    raw: str = ""


def service_view(scene: Scene, message: Message) -> ServiceView:
    """Never raises: fields of another layer end as they are."""
    action = message.action or Action(type="empty")
    media = tuple(media_view(scene, part, message) for part in within(action.data))
    make = _MAKERS.get(action.type)
    if make is not None:
        try:
            return ServiceView(make(scene, action.data), media)
        except (TypeError, ValueError, AttributeError, KeyError):
            pass
    if action.type in _PLAIN:
        return ServiceView(scene.language.t(f"action.{action.type}"), media)
    sentence = scene.language.t("action.unknown", type=visible_line(action.type.replace("_", " ")))
    return ServiceView(sentence, media, dumped(action.data) if action.data else "")


def _title(scene: Scene, data: Fields, key: str) -> str:
    return scene.language.t(key, title=_quoted(data.get("title")))


def _photo(scene: Scene, data: Fields) -> str:
    photo = data.get("photo") or {}
    gone = photo.get("_") == "photo_empty"
    return scene.language.t("action.chat_delete_photo" if gone else "action.chat_edit_photo")


def _call(scene: Scene, data: Fields) -> str:
    if "duration" in data:
        return scene.language.t("action.group_call_ended", time=duration(data["duration"]))
    return scene.language.t("action.group_call")


def _scheduled(scene: Scene, data: Fields) -> str:
    when = scene.language.moment(int(data["schedule_date"]))
    return scene.language.t("action.group_call_scheduled", when=when)


def _ttl(scene: Scene, data: Fields) -> str:
    period = int(data.get("period", 0))
    if not period:
        return scene.language.t("action.ttl_off")
    if period % _DAY_S == 0:
        return scene.language.t("action.ttl_days", period // _DAY_S)
    return scene.language.t("action.ttl", time=duration(period))


def _giveaway(scene: Scene, data: Fields) -> str:
    if data.get("stars"):
        stars = scene.language.t("card.stars", int(data["stars"]))
        return scene.language.t("action.giveaway_stars", stars=stars)
    return scene.language.t("action.giveaway_launch")


def _results(scene: Scene, data: Fields) -> str:
    return scene.language.t("action.giveaway_results", int(data.get("winners_count", 0)))


def _boost(scene: Scene, data: Fields) -> str:
    return scene.language.t("action.boost_apply", int(data.get("boosts", 0)))


def _price(scene: Scene, data: Fields) -> str:
    stars = scene.language.t("card.stars", int(data.get("stars", 0)))
    return scene.language.t("action.paid_messages_price", stars=stars)


def _approval(scene: Scene, data: Fields) -> str:
    if data.get("rejected"):
        comment = _quoted(data.get("reject_comment"))
        return scene.language.t("action.suggested_rejected", comment=comment)
    low = data.get("balance_too_low")
    return scene.language.t("action.suggested_low" if low else "action.suggested_approved")


def _option(scene: Scene, data: Fields, key: str) -> str:
    text = ((data.get("answer") or {}).get("text") or {}).get("text")
    return scene.language.t(key, option=_quoted(text))


def _added(scene: Scene, data: Fields) -> str:
    return scene.language.t("action.chat_add_user", names=_people(scene, data.get("users")))


def _removed(scene: Scene, data: Fields) -> str:
    return scene.language.t("action.chat_delete_user", name=named(scene, data["user_id"]))


def _by_link(scene: Scene, data: Fields) -> str:
    return scene.language.t("action.chat_joined_by_link", name=named(scene, data["inviter_id"]))


def _creator(scene: Scene, data: Fields, key: str) -> str:
    return scene.language.t(key, name=named(scene, data["new_creator_id"]))


def _invited(scene: Scene, data: Fields) -> str:
    names = _people(scene, data.get("users"))
    return scene.language.t("action.invite_to_group_call", names=names)


def _moved(scene: Scene, data: Fields) -> str:
    name = named(scene, CHANNEL_MARK - int(data["channel_id"]))
    return scene.language.t("action.chat_migrate_to", name=name)


def _custom(_: Scene, data: Fields) -> str:
    return visible_line(str(data["message"]))


def _score(scene: Scene, data: Fields) -> str:
    return scene.language.t("action.game_score", int(data.get("score", 0)))


def _near(scene: Scene, data: Fields) -> str:
    return scene.language.t(
        "action.geo_proximity_reached",
        int(data.get("distance", 0)),
        one=named(scene, data["from_id"]),
        other=named(scene, data["to_id"]),
    )


def _theme(scene: Scene, data: Fields) -> str:
    emoticon = visible_line(str((data.get("theme") or {}).get("emoticon") or ""))
    if not emoticon:
        return scene.language.t("action.theme_off")
    return scene.language.t("action.set_chat_theme", emoticon=emoticon)


def _paid(scene: Scene, data: Fields, key: str) -> str:
    price = money(scene, data.get("total_amount", 0), str(data.get("currency", "")))
    return scene.language.t(key, price=price)


def _done(scene: Scene, data: Fields) -> str:
    count = len(data.get("completed") or ()) + len(data.get("incompleted") or ())
    return scene.language.t("action.todo_completions", count)


def _tasks(scene: Scene, data: Fields) -> str:
    return scene.language.t("action.todo_append_tasks", len(data.get("list") or ()))


def _topic_changed(scene: Scene, data: Fields) -> str:
    if data.get("title"):
        return _title(scene, data, "action.topic_renamed")
    for flag in ("closed", "hidden"):
        if data.get(flag):
            return scene.language.t(f"action.topic_{flag}")
    return scene.language.t("action.topic_edit")


def _gift(scene: Scene, data: Fields) -> str:
    gift = data.get("gift") or {}
    title = gift.get("title") or "🎁"
    number = f" #{gift['num']}" if "num" in gift else ""
    return scene.language.t("action.star_gift", title=_quoted(f"{title}{number}"))


def named(scene: Scene, peer_id: Any) -> Markup:
    """Somebody's name on its own, whatever its direction."""
    if not isinstance(peer_id, int):
        raise TypeError(f"{peer_id!r} is no peer")
    return Markup("<bdi>{}</bdi>").format(scene.peer(peer_id).name)


def _people(scene: Scene, ids: Any) -> Markup:
    names = [named(scene, one) for one in ids or () if isinstance(one, int)]
    return Markup(", ").join(names) if names else escape(scene.language.t("peer.unknown"))


def _quoted(text: object) -> Markup:
    return Markup("<bdi>{}</bdi>").format(visible_line(str(text or "")))


def _keyed(make: Callable[[Scene, Fields, str], str], key: str) -> Callable[[Scene, Fields], str]:
    return lambda scene, data: make(scene, data, key)


#: Whose type says it all.
_PLAIN = frozenset(
    {
        "change_community",
        "channel_migrate_from",
        "chat_delete_photo",
        "chat_joined_by_request",
        "chat_joined_via_community",
        "empty",
        "history_clear",
        "pin_message",
        "set_chat_wall_paper",
        "suggested_post_refund",
        "suggested_post_success",
    }
)
_MAKERS: dict[str, Callable[[Scene, Fields], str]] = {
    "channel_create": _keyed(_title, "action.channel_create"),
    "chat_create": _keyed(_title, "action.chat_create"),
    "chat_edit_title": _keyed(_title, "action.chat_edit_title"),
    "topic_create": _keyed(_title, "action.topic_create"),
    "topic_edit": _topic_changed,
    "chat_edit_photo": _photo,
    "group_call": _call,
    "group_call_scheduled": _scheduled,
    "set_messages_ttl": _ttl,
    "giveaway_launch": _giveaway,
    "giveaway_results": _results,
    "boost_apply": _boost,
    "paid_messages_price": _price,
    "suggested_post_approval": _approval,
    "poll_append_answer": _keyed(_option, "action.poll_append_answer"),
    "poll_delete_answer": _keyed(_option, "action.poll_delete_answer"),
    "chat_add_user": _added,
    "chat_delete_user": _removed,
    "chat_joined_by_link": _by_link,
    "new_creator_pending": _keyed(_creator, "action.new_creator_pending"),
    "change_creator": _keyed(_creator, "action.change_creator"),
    "invite_to_group_call": _invited,
    "chat_migrate_to": _moved,
    "custom_action": _custom,
    "game_score": _score,
    "geo_proximity_reached": _near,
    "set_chat_theme": _theme,
    "payment_sent": _keyed(_paid, "action.payment_sent"),
    "payment_refunded": _keyed(_paid, "action.payment_refunded"),
    "todo_completions": _done,
    "todo_append_tasks": _tasks,
    "star_gift": _gift,
    "star_gift_unique": _gift,
}
