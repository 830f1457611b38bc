"""The methods that headrace may send: reading only, each with its class."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from telethon.tl.functions import (
    PingRequest,
    auth,
    channels,
    contacts,
    messages,
    updates,
    upload,
    users,
)
from telethon.tl.functions.help import GetConfigRequest


class MethodClass(StrEnum):
    """Methods that Telegram limits together."""

    HISTORY = "history"
    FILES = "files"
    OTHER = "other"


#: Everything that headrace ever sends besides the opening of a connection.
#: None of these changes anything that other people or the account can see.
_METHODS: dict[Any, tuple[str, MethodClass]] = {
    PingRequest: ("ping", MethodClass.OTHER),
    auth.ExportAuthorizationRequest: ("auth.exportAuthorization", MethodClass.OTHER),
    auth.ImportAuthorizationRequest: ("auth.importAuthorization", MethodClass.OTHER),
    channels.GetChannelsRequest: ("channels.getChannels", MethodClass.OTHER),
    channels.GetFullChannelRequest: ("channels.getFullChannel", MethodClass.OTHER),
    channels.GetMessagesRequest: ("channels.getMessages", MethodClass.OTHER),
    contacts.ResolveUsernameRequest: ("contacts.resolveUsername", MethodClass.OTHER),
    GetConfigRequest: ("help.getConfig", MethodClass.OTHER),
    messages.CheckChatInviteRequest: ("messages.checkChatInvite", MethodClass.OTHER),
    messages.GetChatsRequest: ("messages.getChats", MethodClass.OTHER),
    messages.GetCustomEmojiDocumentsRequest: (
        "messages.getCustomEmojiDocuments",
        MethodClass.OTHER,
    ),
    messages.GetDialogsRequest: ("messages.getDialogs", MethodClass.OTHER),
    messages.GetDiscussionMessageRequest: ("messages.getDiscussionMessage", MethodClass.OTHER),
    messages.GetFullChatRequest: ("messages.getFullChat", MethodClass.OTHER),
    messages.GetHistoryRequest: ("messages.getHistory", MethodClass.HISTORY),
    messages.GetMessagesRequest: ("messages.getMessages", MethodClass.OTHER),
    messages.GetRepliesRequest: ("messages.getReplies", MethodClass.HISTORY),
    messages.GetSearchCountersRequest: ("messages.getSearchCounters", MethodClass.OTHER),
    messages.SearchRequest: ("messages.search", MethodClass.HISTORY),
    updates.GetChannelDifferenceRequest: ("updates.getChannelDifference", MethodClass.OTHER),
    updates.GetDifferenceRequest: ("updates.getDifference", MethodClass.OTHER),
    updates.GetStateRequest: ("updates.getState", MethodClass.OTHER),
    upload.GetFileRequest: ("upload.getFile", MethodClass.FILES),
    users.GetUsersRequest: ("users.getUsers", MethodClass.OTHER),
}


_BY_CONSTRUCTOR = {kind.CONSTRUCTOR_ID: entry for kind, entry in _METHODS.items()}


def allowed() -> frozenset[str]:
    """The names of all methods that may be sent."""
    return frozenset(name for name, _ in _METHODS.values())


def find_method(request: Any) -> tuple[str, MethodClass] | None:
    """Name and class of a request; nothing for what must not be sent."""
    return _BY_CONSTRUCTOR.get(request.CONSTRUCTOR_ID)
