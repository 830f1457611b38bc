"""The original's own plan for itself, carried out: text first, four downloads at a time.

Rows in batches of 50 a commit, no pauses, comments in one pass with a dictionary and a list of
those whose post has not come yet, then all files through ``Semaphore(4)``, an avatar once.

Takes a JSON object on standard input: ``address``, ``dc``, ``public_key``, ``session``,
``api_id``, ``username``, ``folder``, ``comments``. Prints one JSON line.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

from telethon import TelegramClient
from telethon.tl.functions.channels import GetFullChannelRequest
from telethon.tl.types import PeerChannel

from benchmarks import baseline_parts as parts

BATCH = 50
AT_ONCE = 4


class Importer:
    """The phases of the plan, one after the other."""

    def __init__(self, job, client, database):
        self.job = job
        self.client = client
        self.database = database
        self.folder = Path(job["folder"])
        self.batch = []
        self.files = []
        self.avatars = {}
        self.albums = defaultdict(list)
        self.counts = dict.fromkeys(("posts", "comments", "photos", "avatars"), 0)
        self.at_once = asyncio.Semaphore(AT_ONCE)

    async def run(self):
        channel = await self.client.get_entity(self.job["username"])
        full = (await self.client(GetFullChannelRequest(channel))).full_chat
        content = json.dumps({"title": channel.title, "about": full.about})
        self.database.execute("INSERT INTO channels (content) VALUES (?)", (content,))
        self.want_avatar(channel)
        async for message in self.client.iter_messages(channel, reverse=True, wait_time=0):
            if not message.action:
                self.add("posts", message, channel.id)
        self.flush()
        if self.job["comments"]:
            await self.comments(full.linked_chat_id)
        await asyncio.gather(
            *(self.media(message) for message in self.files),
            *(self.avatar(peer) for peer in self.avatars.values()),
        )
        self.layouts()
        self.database.commit()

    async def comments(self, group):
        """Newest to oldest: an answer comes before the copy of the post that it hangs on."""
        posts, pending = {}, defaultdict(list)
        async for message in self.client.iter_messages(PeerChannel(group), wait_time=0):
            if message.fwd_from and message.fwd_from.saved_from_msg_id:
                post = posts[message.id] = message.fwd_from.saved_from_msg_id
                for waiting in pending.pop(message.id, ()):
                    self.add("comments", waiting, group, reply_to=post)
            elif message.reply_to:
                top = message.reply_to.reply_to_top_id or message.reply_to.reply_to_msg_id
                pending[top].append(message)
        self.flush()

    def add(self, kind, message, chat, reply_to=None):
        self.counts[kind] += 1
        self.batch.append(parts.row_of(message, chat, reply_to))
        if parts.has_file(message):
            self.files.append(message)
        self.want_avatar(message.sender)
        if message.forward:
            self.want_avatar(message.forward.chat)
        if len(self.batch) == BATCH:
            self.flush()

    def flush(self):
        self.database.executemany(parts.INSERT, self.batch)
        self.database.commit()
        self.batch.clear()

    def want_avatar(self, peer):
        if peer is not None:
            self.avatars[peer.id] = peer

    async def media(self, message):
        async with self.at_once:
            path = await self.client.download_media(message, f"{self.folder}/{message.id}.jpg")
            small = await asyncio.to_thread(parts.thumbnail, path)
        self.counts["photos"] += 1
        if message.grouped_id:
            self.albums[message.grouped_id].append(path)
        self.database.execute(
            "UPDATE posts SET media_url = ?, thumb_url = ? WHERE telegram_id = ?",
            (path, small, message.id),
        )
        if self.counts["photos"] % BATCH == 0:
            self.database.commit()

    async def avatar(self, peer):
        path = f"{self.folder}/avatar-{peer.id}.jpg"
        async with self.at_once:
            found = await self.client.download_profile_photo(peer, path)
        self.counts["avatars"] += found is not None

    def layouts(self):
        rows = [(grouped, parts.layout(paths)) for grouped, paths in self.albums.items()]
        self.database.executemany("INSERT INTO layouts VALUES (?, ?)", rows)


async def measured(job):
    database = parts.database(job["folder"])
    client = TelegramClient(parts.signed_in(job), job["api_id"], "x", receive_updates=False)
    client.parse_mode = "html"
    began, cpu = time.monotonic(), time.process_time()
    await client.connect()
    importer = Importer(job, client, database)
    await importer.run()
    found = parts.figures(began, cpu, **importer.counts)
    await client.disconnect()
    database.close()
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measured(json.load(sys.stdin)))))
