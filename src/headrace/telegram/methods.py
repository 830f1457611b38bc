"""The methods that headrace may send, each with its class: reading, and signing in and out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from telethon.tl.functions import (
    PingRequest,
    account,
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


Methods = Mapping[Any, tuple[str, MethodClass]]
"""Request type -> its name at Telegram, and its class."""

#: Everything that headrace sends besides the opening of a connection, and signing in and out.
#: None of these changes anything that other people or the account can see.
READING: Methods = {
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

#: What the sign-in may send, and nothing else may.
SIGNING_IN: Methods = {
    PingRequest: ("ping", MethodClass.OTHER),
    account.GetPasswordRequest: ("account.getPassword", MethodClass.OTHER),
    auth.CancelCodeRequest: ("auth.cancelCode", MethodClass.OTHER),
    auth.CheckPasswordRequest: ("auth.checkPassword", MethodClass.OTHER),
    auth.ExportLoginTokenRequest: ("auth.exportLoginToken", MethodClass.OTHER),
    auth.ImportLoginTokenRequest: ("auth.importLoginToken", MethodClass.OTHER),
    auth.ResendCodeRequest: ("auth.resendCode", MethodClass.OTHER),
    auth.SendCodeRequest: ("auth.sendCode", MethodClass.OTHER),
    auth.SignInRequest: ("auth.signIn", MethodClass.OTHER),
    users.GetUsersRequest: ("users.getUsers", MethodClass.OTHER),
}

#: What signing out may send.
SIGNING_OUT: Methods = {
    PingRequest: ("ping", MethodClass.OTHER),
    auth.LogOutRequest: ("auth.logOut", MethodClass.OTHER),
    users.GetUsersRequest: ("users.getUsers", MethodClass.OTHER),
}


def allowed() -> frozenset[str]:
    """The names of all reading methods."""
    return frozenset(name for name, _ in READING.values())


def find_method(request: Any, methods: Methods = READING) -> tuple[str, MethodClass] | None:
    """Name and class of a request; nothing for what must not be sent."""
    return methods.get(_TYPES.get(request.CONSTRUCTOR_ID))


# By constructor, so that a request of our own that derives from Telethon's is found as well.
_TYPES = {kind.CONSTRUCTOR_ID: kind for kind in {**READING, **SIGNING_IN, **SIGNING_OUT}}
