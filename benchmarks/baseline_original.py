"""The importer that headrace replaces, written anew from its description: one post at a time.

Every ``every``-th post (and comment) is processed, those whose id leaves the rest ``which``;
reading the histories is whole, with Telethon's hidden second between pages. ``whole_s`` is what
all would have taken: what was measured outside of processing, and ``every`` times the processing.

Takes a JSON object on standard input: ``address``, ``dc``, ``public_key``, ``session``,
``api_id``, ``username``, ``folder``, ``every``, ``which``, ``comments``. Prints one JSON line.
"""

import json
import sys
import threading
import time
import urllib.request
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from telethon.sync import TelegramClient
from telethon.tl.functions.channels import GetFullChannelRequest
from telethon.tl.types import PeerChannel

from benchmarks import baseline_parts as parts

PAUSE = 0.1
PROGRESS_EVERY = 5


class Api(BaseHTTPRequestHandler):
    """The little server that saves: one post, one commit."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.reply({"stop_requested": False, "progress": self.server.progress})

    def do_POST(self):
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        match self.path:
            case "/api/posts":
                self.save(parts.INSERT, given)
            case "/api/channels":
                self.save("INSERT INTO channels (content) VALUES (:content)", given)
            case "/api/layouts":
                self.save("INSERT INTO layouts VALUES (:grouped_id, :content)", given)
            case "/api/download/progress":
                self.server.progress = given
        self.reply({"ok": True})

    def save(self, statement, values):
        with self.server.lock:
            self.server.database.execute(statement, values)
            self.server.database.commit()

    def reply(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


def serving(folder):
    """The server in a thread, and its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    server.database, server.lock, server.progress = parts.database(folder), threading.Lock(), {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


class Importer:
    """Posts, then comments, then layouts, each in one long loop."""

    def __init__(self, job, client, api):
        self.job = job
        self.client = client
        self.api = api
        self.folder = Path(job["folder"])
        self.albums = defaultdict(list)
        self.processing = 0.0
        self.counts = dict.fromkeys(("posts", "comments", "photos", "avatars"), 0)

    def call(self, path, content=None):
        """One HTTP call, one connection."""
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(self.api + path, data)  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)

    def run(self):
        channel = self.client.get_entity(self.job["username"])
        full = self.client(GetFullChannelRequest(channel)).full_chat
        avatar = self.client.download_profile_photo(channel, str(self.folder / "channel.jpg"))
        content = {"title": channel.title, "about": full.about, "avatar": avatar}
        self.call("/api/channels", {"content": json.dumps(content)})
        self.posts(channel)
        if self.job["comments"]:
            self.comments(full.linked_chat_id)
        self.layouts()

    def posts(self, channel):
        for message in self.client.iter_messages(channel, reverse=True):
            if message.action or not self.is_sampled(message.id):
                continue
            began = time.monotonic()
            self.save(message, channel.id)
            self.counts["posts"] += 1
            time.sleep(PAUSE)
            if self.call("/api/download/status")["stop_requested"]:
                return
            if self.counts["posts"] % PROGRESS_EVERY == 0:
                self.call("/api/download/progress", {"posts": self.counts["posts"]})
            self.processing += time.monotonic() - began

    def comments(self, group):
        everything, copies = [], []
        for message in self.client.iter_messages(PeerChannel(group)):
            everything.append(message)
            if message.fwd_from and message.fwd_from.saved_from_msg_id:
                copies.append((message.fwd_from.saved_from_msg_id, message.id))
        for message in everything:
            post = self.commented(message, copies)
            if post is None or not self.is_sampled(self.counts["comments"]):
                self.counts["comments"] += post is not None
                continue
            began = time.monotonic()
            self.save(message, group, reply_to=post)
            self.counts["comments"] += 1
            self.processing += time.monotonic() - began

    @staticmethod
    def commented(message, copies):
        """The post that a message of the group hangs on, looked for from the start each time."""
        reply = message.reply_to
        for wanted in (reply.reply_to_top_id, reply.reply_to_msg_id) if reply else ():
            for post, copy in copies:
                if copy == wanted:
                    return post
        return None

    def save(self, message, channel, reply_to=None):
        row = parts.row_of(message, channel, reply_to)
        if parts.has_file(message):
            row["media_url"] = self.client.download_media(message, str(self.folder) + "/")
            row["thumb_url"] = parts.thumbnail(row["media_url"])
            self.counts["photos"] += 1
            if message.grouped_id:
                self.albums[message.grouped_id].append(row["media_url"])
        row["author_avatar"] = self.avatar(message.get_sender())
        if message.forward:
            row["repost_author_avatar"] = self.avatar(message.forward.chat)
        self.call("/api/posts", row)

    def avatar(self, peer):
        """Fetched again, whoever it is."""
        if peer is None:
            return None
        found = self.client.download_profile_photo(peer, str(self.folder / f"avatar-{peer.id}.jpg"))
        self.counts["avatars"] += found is not None
        return found

    def layouts(self):
        began = time.monotonic()
        for grouped, paths in self.albums.items():
            self.call("/api/layouts", {"grouped_id": grouped, "content": parts.layout(paths)})
        self.processing += time.monotonic() - began

    def is_sampled(self, number):
        return number % self.job["every"] == self.job["which"]


def measured(job):
    session = parts.signed_in(job)
    server, api = serving(job["folder"])
    client = TelegramClient(session, job["api_id"], "x", receive_updates=False)
    client.parse_mode = "html"
    began, cpu = time.monotonic(), time.process_time()
    client.connect()
    importer = Importer(job, client, api)
    importer.run()
    found = parts.figures(began, cpu, **importer.counts)
    client.disconnect()
    server.shutdown()
    processing = importer.processing
    outside = found["wall_s"] - processing
    return found | {
        "processing_s": round(processing, 3),
        "whole_s": round(outside + job["every"] * processing, 1),
    }


if __name__ == "__main__":
    print(json.dumps(measured(json.load(sys.stdin))))
