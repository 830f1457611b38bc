# ruff: noqa: RUF001 -- the texts are in two languages
"""The posts of @millrace: when, about what, in which language, with which pictures."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tgsandbox.worlds import jpeg, landscapes, people
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import emoji, photo, post, service, size
from tgsandbox.worlds.prose import Writer, Written

CHANNEL = -1_003_000_000_001
GROUP = -1_003_000_000_002
CREATED = 1_714_801_500
_DAYS = 550
_ALBUMS, _ALBUM_SIZE, _SINGLES, _REPOSTS, _REACTED = 10, 4, 60, 40, 310
#: Posts, an album counted as one.
_UNITS = 500 - _ALBUMS * (_ALBUM_SIZE - 1)
_PHOTO_BYTES = 50_300_000
_SMALLEST, _LARGEST = 230_000, 825_000
FIRST_PHOTO = 6_000_000_000_000
_ALBUM_ID = 13_740_000_000_000_000
#: Hours (UTC) at which the miller writes, with their weights.
_HOURS = {4: 3, 5: 9, 6: 10, 7: 6, 10: 4, 11: 5, 15: 3, 17: 7, 18: 10, 19: 9, 20: 4, 21: 1}
_REACTIONS = {"👍": 34, "❤": 30, "🔥": 12, "🥰": 8, "👏": 8, "😁": 5, "🤔": 3, "🎉": 4, "😢": 2}
_SIGNATURES = ["Tobias", "Анна З."]
_PATIENCE = 40
_WIDE = 640_000
_SMALL = 330_000
_SHARES = {"edited": 0.12, "signed": 0.22, "reply": 0.05, "page": 0.03, "buttons": 0.015}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One photo: what is drawn, and how large the sizes are."""

    number: int
    season: str
    sizes: tuple[tuple[str, int, int, int], ...]


class Posts:
    """Writes the channel once; ``photos`` is filled on the way, by photo id."""

    def __init__(self, seed: int) -> None:
        self.photos: dict[int, Picture] = {}
        self._seed = seed
        self._random = random.Random(f"reference posts {seed}")
        self._writer = Writer(random.Random(f"reference prose {seed}"))
        self._lengths = _photo_lengths(random.Random(f"reference photos {seed}"))
        self._posts: list[Content] = []
        self._texts: set[str] = set()

    def build(self) -> list[Content]:
        """All messages of the channel, oldest first."""
        title = "The Mill Race · Мельничный лоток"
        self._posts = [service(1, CREATED, "channel_create", {"title": title}, post=True)]
        kinds = ["album"] * _ALBUMS + ["photo"] * _SINGLES + ["repost"] * _REPOSTS
        kinds += ["text"] * (_UNITS - len(kinds))
        self._random.shuffle(kinds)
        reacted = set(self._random.sample(range(_UNITS), _REACTED))
        for unit, (kind, date) in enumerate(zip(kinds, self._dates(), strict=True)):
            first = len(self._posts)
            self._write(kind, date)
            if unit in reacted:
                self._posts[first]["reactions"] = self._reactions()
        return self._posts

    def _dates(self) -> list[int]:
        """Days with one post or a few, at the hours of a miller."""
        start = datetime.fromtimestamp(CREATED, UTC).replace(hour=0, minute=0, second=0)
        days = sorted(self._random.sample(range(1, _DAYS), _UNITS * 3 // 5))
        dates: set[int] = set()
        while len(dates) < _UNITS:
            day = days[len(dates)] if len(dates) < len(days) else self._random.choice(days)
            hour = self._random.choices(list(_HOURS), list(_HOURS.values()))[0]
            moment = start + timedelta(days=day, hours=hour, seconds=self._random.randrange(3600))
            dates.add(int(moment.timestamp()))
        return sorted(dates)

    def _write(self, kind: str, date: int) -> None:
        season = season_of(date)
        language = self._random.choices(("en", "ru"), (47, 53))[0]
        match kind:
            case "album":
                self._album(date, season, language)
            case "photo":
                short = self._random.random() < 1 / 2
                text, marks = self._fresh(
                    lambda: (
                        (self._writer.caption(language), [])
                        if short
                        else self._writer.post(language, season)
                    )
                )
                self._append(date, text, entities=marks, media=self._photo(date, season))
            case "repost":
                self._repost(date, language)
            case _:
                self._text(date, season, language)

    def _text(self, date: int, season: str, language: str) -> None:
        both = self._random.random() < 1 / 7
        text, marks = self._fresh(
            lambda: self._writer.both(season) if both else self._writer.post(language, season)
        )
        fields: Content = {"entities": marks}
        if self._lucky("reply") and len(self._posts) > _ALBUM_SIZE:
            back = self._random.randint(1, min(30, len(self._posts) - 1))
            fields["reply"] = {"msg_id": self._posts[-back]["id"]}
        if self._lucky("page"):
            fields["media"] = _page(language)
        if self._lucky("buttons"):
            url = f"https://mill.example/{language}/gauge"
            fields["buttons"] = [[{"type": "url", "text": "📏 mill.example", "url": url}]]
        self._append(date, text, **fields)

    def _repost(self, date: int, language: str) -> None:
        origin = self._random.choice(people.ORIGINS)
        age = self._random.randrange(600, 90_000)
        forward = {
            "from": origin["id"],
            "date": date - age,
            "post": self._random.randint(40, 4_000),
        }
        text, _ = self._fresh(lambda: (self._writer.repost(language), []))
        self._append(date, text, forward=forward)

    def _album(self, date: int, season: str, language: str) -> None:
        album = str(_ALBUM_ID + self._seed * 1000 + len(self._posts) * 2)
        caption, _ = self._fresh(lambda: (self._writer.caption(language, album=True), []))
        for item in range(_ALBUM_SIZE):
            text = "" if item else caption
            media = self._photo(date, season)
            self._append(date, text, media=media, grouped_id=album)

    def _fresh(self, write: Callable[[], Written]) -> Written:
        """Words that no post has had yet, as long as there are any."""
        for _ in range(_PATIENCE):
            text, marks = write()
            if text not in self._texts:
                break
        self._texts.add(text)
        return text, marks

    def _append(self, date: int, text: str, **fields: object) -> None:
        age = min(1.0, (CREATED + (_DAYS + 40) * 86_400 - date) / 5_000_000)
        views = round(self._random.gauss(1900, 420) * age) + 260
        edited = date + self._random.randrange(20, 9_000) if self._lucky("edited") else None
        signature = self._random.choice(_SIGNATURES) if self._lucky("signed") else ""
        if fields.get("grouped_id"):
            edited, signature = None, ""
        self._posts.append(
            post(
                len(self._posts) + 1,
                date,
                text,
                views=views,
                forwards=max(0, round(self._random.gauss(views / 170, 4))),
                edited=edited,
                signature=signature,
                **fields,
            )
        )

    def _photo(self, date: int, season: str) -> Content:
        place = len(self.photos)
        number = FIRST_PHOTO + self._seed * 1_000_000 + place * 7
        length = self._lengths[place]
        width, height = self._shape(length)
        longest = max(width, height)
        sizes = []
        for kind, side, volume in (("m", 320, 15_000), ("x", 800, 76_000)):
            few = volume + self._random.randrange(volume // 4)
            sizes.append((kind, width * side // longest, height * side // longest, few))
        sizes.append(("w" if longest > 1280 else "y", width, height, length))  # noqa: PLR2004
        picture = Picture(number=self._seed * 1000 + place, season=season, sizes=tuple(sizes))
        self.photos[number] = picture
        return photo(number, date, [size(*one) for one in sizes], stripped=_glimpse(picture))

    def _shape(self, length: int) -> tuple[int, int]:
        if length > _WIDE:
            return self._random.choice(((2560, 1440), (1920, 2560), (2560, 1920)))
        if length < _SMALL:
            return self._random.choice(((1280, 720), (1280, 853)))
        return self._random.choice(((1280, 960), (1280, 960), (960, 1280)))

    def _reactions(self) -> list[Content]:
        kinds: list[str] = []
        for _ in range(self._random.choice((1, 1, 2, 2, 3, 4))):
            kind = self._random.choices(list(_REACTIONS), list(_REACTIONS.values()))[0]
            if kind not in kinds:
                kinds.append(kind)
        counts = sorted(
            (1 + int(self._random.lognormvariate(1.8, 0.9)) for _ in kinds), reverse=True
        )
        return [emoji(kind, count) for kind, count in zip(kinds, counts, strict=True)]

    def _lucky(self, what: str) -> bool:
        return self._random.random() < _SHARES[what]


def season_of(date: int) -> str:
    """w, s, u or a: winter, spring, summer, autumn."""
    return "wwsssuuuaaaw"[datetime.fromtimestamp(date, UTC).month - 1]


def _photo_lengths(source: random.Random) -> list[int]:
    """A hundred lengths between the limits whose sum is exact."""
    count = _SINGLES + _ALBUMS * _ALBUM_SIZE
    spread = _LARGEST - _SMALLEST
    limits = [_SMALLEST, _LARGEST]
    lengths = [_SMALLEST + round(spread * source.betavariate(1.3, 1.5)) for _ in range(count - 2)]
    place = 0
    while (missing := _PHOTO_BYTES - sum(limits) - sum(lengths)) != 0:
        step = max(-4_000, min(4_000, missing))
        lengths[place] = max(_SMALLEST, min(_LARGEST, lengths[place] + step))
        place = (place + 1) % len(lengths)
    lengths += limits
    source.shuffle(lengths)
    return lengths


def _glimpse(picture: Picture) -> str:
    _, width, height, _ = picture.sizes[0]
    view = landscapes.draw(picture.number, width // 5, height // 5, picture.season, detailed=False)
    return base64.b64encode(jpeg.stripped(view)).decode()


def _page(language: str) -> Content:
    words = {
        "en": ("The gauge book", "Every reading since 1874, copied by hand and checked twice."),
        "ru": ("Журнал уровней", "Все отсчёты с 1874 года, переписаны от руки и сверены дважды."),
    }
    title, description = words[language]
    return {
        "kind": "web_page",
        "url": f"https://mill.example/{language}/gauge",
        "display_url": f"mill.example/{language}/gauge",
        "page_type": "article",
        "site_name": "The Mill Race",
        "title": title,
        "description": description,
    }
