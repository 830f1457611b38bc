"""help.*: where the data centres are and what time it is."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox.dispatcher import Call, Dispatcher

_EXPIRES_SECONDS = 3600
#: Figures of a real configuration that no importer looks at.
_FIGURES = {
    "dc_txt_domain_name": "apv3.stel.com",
    "chat_size_max": 200,
    "megagroup_size_max": 200_000,
    "forwarded_count_max": 100,
    "online_update_period_ms": 210_000,
    "offline_blur_timeout_ms": 5_000,
    "offline_idle_timeout_ms": 30_000,
    "online_cloud_timeout_ms": 300_000,
    "notify_cloud_delay_ms": 30_000,
    "notify_default_delay_ms": 1_500,
    "push_chat_period_ms": 60_000,
    "push_chat_limit": 2,
    "edit_time_limit": 172_800,
    "revoke_time_limit": 2_147_483_647,
    "revoke_pm_time_limit": 2_147_483_647,
    "rating_e_decay": 2_419_200,
    "stickers_recent_limit": 200,
    "channels_read_media_period": 604_800,
    "call_receive_timeout_ms": 20_000,
    "call_ring_timeout_ms": 90_000,
    "call_connect_timeout_ms": 30_000,
    "call_packet_timeout_ms": 10_000,
    "me_url_prefix": "https://t.me/",
    "caption_length_max": 1024,
    "message_length_max": 4096,
}


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.help.GetConfigRequest, _config, needs_login=False)
    dispatcher.on(functions.help.GetNearestDcRequest, _nearest, needs_login=False)
    dispatcher.on(functions.help.GetAppConfigRequest, _app_config, needs_login=False)


async def _config(call: Call) -> Any:
    now = int(call.telegram.clock.now())
    options = [
        types.DcOption(id=dc, ip_address=host, port=port)
        for dc, (host, port) in sorted(call.telegram.addresses.items())
    ]
    return types.Config(
        date=now,
        expires=now + _EXPIRES_SECONDS,
        test_mode=False,
        this_dc=call.dc,
        dc_options=options,
        webfile_dc_id=call.telegram.home_dc,
        **_FIGURES,
    )


async def _nearest(call: Call) -> Any:
    return types.NearestDc(country="NL", this_dc=call.dc, nearest_dc=call.telegram.home_dc)


async def _app_config(_: Call) -> Any:
    return types.help.AppConfig(hash=0, config=types.JsonObject([]))
