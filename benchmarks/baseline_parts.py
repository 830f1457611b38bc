"""What both baselines do in the same way: session, rows, thumbnails, layouts, the result."""

import json
import resource
import shutil
import sqlite3
import time
from pathlib import Path

from PIL import Image
from telethon.crypto import rsa
from telethon.sessions import SQLiteSession
from telethon.tl import types

SIDE = 400
COLUMNS = (
    *("telegram_id", "channel_id", "date", "message", "media_url", "thumb_url", "media_type"),
    *("mime_type", "author_name", "author_avatar", "author_link", "repost_author_name"),
    *("repost_author_avatar", "repost_author_link", "reactions", "grouped_id", "reply_to"),
)
INSERT = f"INSERT INTO posts ({', '.join(COLUMNS)}) VALUES ({', '.join(f':{c}' for c in COLUMNS)})"  # noqa: S608


def signed_in(job):
    """A session of the sandbox's account that has not seen anybody yet."""
    rsa.add_key(Path(job["public_key"]).read_text(), old=False)
    copy = Path(job["folder"]) / "account.session"
    shutil.copyfile(job["session"], copy)
    host, port = job["address"].split(":")
    session = SQLiteSession(str(copy))
    key = session.auth_key
    session.set_dc(job["dc"], host, int(port))
    session.auth_key = key
    return session


def database(folder):
    """Tables of posts, channels and layouts; no key but the row's own, as the original has it."""
    found = sqlite3.connect(Path(folder) / "posts.db", check_same_thread=False)
    found.execute(f"CREATE TABLE posts (id INTEGER PRIMARY KEY, {', '.join(COLUMNS)})")
    found.execute("CREATE TABLE channels (id INTEGER PRIMARY KEY, content)")
    found.execute("CREATE TABLE layouts (grouped_id, content)")
    found.commit()
    return found


def row_of(message, channel, reply_to=None):
    """A message as the original stores it; the files are filled in by whoever has them."""
    media = message.media
    sender, forward = message.sender, message.forward
    repost = forward and (forward.chat or forward.sender)
    return dict.fromkeys(COLUMNS) | {
        "telegram_id": message.id,
        "channel_id": channel,
        "date": message.date.isoformat(),
        "message": message.text,
        "media_type": type(media).__name__ if media else None,
        "mime_type": message.file.mime_type if message.file else None,
        "author_name": message.post_author or named(sender),
        "author_link": link(sender),
        "repost_author_name": named(repost) if repost else None,
        "repost_author_link": link(repost) if repost else None,
        "reactions": reactions(message),
        "grouped_id": message.grouped_id,
        "reply_to": reply_to,
    }


def named(peer):
    return getattr(peer, "title", None) or getattr(peer, "first_name", None)


def link(peer):
    name = getattr(peer, "username", None)
    return f"https://t.me/{name}" if name else None


def reactions(message):
    found = message.reactions.results if message.reactions else []
    return json.dumps([[getattr(one.reaction, "emoticon", ""), one.count] for one in found])


def has_file(message):
    return isinstance(message.media, types.MessageMediaPhoto | types.MessageMediaDocument)


def thumbnail(source):
    """A small JPEG beside the picture."""
    target = Path(source).with_suffix(".thumb.jpg")
    with Image.open(source) as picture:
        small = picture.convert("RGB")
        small.thumbnail((SIDE, SIDE))
        small.save(target, "JPEG", quality=85)
    return str(target)


def layout(paths):
    """One row of pictures of equal height, in thousandths of its width."""
    ratios = []
    for path in paths:
        with Image.open(path) as picture:
            ratios.append(picture.width / picture.height)
    return json.dumps([round(1000 * ratio / sum(ratios)) for ratio in ratios])


def figures(began, cpu, **more):
    """Wall and CPU seconds since then, and the peak of memory."""
    return {
        "wall_s": round(time.monotonic() - began, 3),
        "cpu_s": round(time.process_time() - cpu, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, 1),
        **more,
    }
