# ruff: noqa: RUF001 -- the names are in two languages
"""The people of the valley and the channels that ``reference`` quotes."""

from __future__ import annotations

import random

from tgsandbox.worlds.base import Content

COUNT = 100
FIRST_ID = 700_001
FIRST_PHOTO = 6_100_000_000_000

_ENGLISH = ["Agnes Thorne", "Tobias Reed", "Marta Quill", "Hugh Barlow", "Lena Ashby"]
_FIRST_EN = ["Edith", "Walter", "Clara", "Simon", "Nora", "Felix", "Ivy", "Martin", "Rose", "Ada"]
_LAST_EN = [
    "Weir",
    "Fuller",
    "Hatch",
    "Millward",
    "Brook",
    "Sedge",
    "Lockyer",
    "Tanner",
    "Ferris",
    "Holm",
    "Wick",
    "Dray",
]
_FIRST_M = [
    "Пётр",
    "Семён",
    "Игнат",
    "Алексей",
    "Матвей",
    "Лука",
    "Никита",
    "Захар",
    "Фёдор",
    "Глеб",
    "Артём",
    "Егор",
]
_FIRST_F = [
    "Анна",
    "Вера",
    "Ольга",
    "Дарья",
    "Марина",
    "Полина",
    "Ксения",
    "Лидия",
    "Зоя",
    "Тамара",
    "Инна",
    "Юлия",
]
_LAST_M = [
    "Запрудин",
    "Мельников",
    "Рыбаков",
    "Лугов",
    "Бродов",
    "Ивушкин",
    "Камышев",
    "Омутов",
    "Мостовой",
]
_ORIGINS = [
    ("River Service", "riverservice_ref", True),
    ("Долина сегодня", "valley_today_ref", False),
    ("Society of Old Mills", "oldmills_ref", False),
    ("Birds of the Upper Valley", "valleybirds_ref", False),
    ("Ярмарка и ремёсла", "valley_fair_ref", False),
]
ORIGINS: list[Content] = [
    {
        "id": -1_003_000_000_101 - place,
        "kind": "channel",
        "name": name,
        "username": username,
        "verified": verified,
    }
    for place, (name, username, verified) in enumerate(_ORIGINS)
]
for _origin in ORIGINS:
    if not _origin["verified"]:
        del _origin["verified"]


def people(seed: int) -> list[Content]:
    """A hundred users, no two of one name, all with a photo."""
    source = random.Random(f"people {seed}")
    names = [*_ENGLISH]
    while len(names) < COUNT:
        name = _name(source)
        if name not in names:
            names.append(name)
    source.shuffle(names)
    return [_person(place, name, source) for place, name in enumerate(names)]


def is_russian(person: Content) -> bool:
    return str(person["name"])[0] > "z"


def _person(place: int, name: str, source: random.Random) -> Content:
    person: Content = {
        "id": FIRST_ID + place * 13,
        "kind": "user",
        "name": name,
        "photo": str(FIRST_PHOTO + place),
    }
    if source.random() < _WITH_USERNAME:
        person["username"] = f"{source.choice(_HANDLES)}_{place + 10}"
    if source.random() < _PREMIUM:
        person["premium"] = True
    return person


_WITH_USERNAME, _PREMIUM, _ENGLISH_SHARE, _ALONE = 0.55, 0.12, 0.45, 0.12
_HANDLES = ["river", "rye", "alder", "brook", "wheel", "meadow", "rooster", "quince", "otter"]


def _name(source: random.Random) -> str:
    if source.random() < _ENGLISH_SHARE:
        first, last = source.choice(_FIRST_EN), source.choice(_LAST_EN)
    elif source.random() < 1 / 2:
        first, last = source.choice(_FIRST_M), source.choice(_LAST_M)
    else:
        last = source.choice(_LAST_M)
        first = source.choice(_FIRST_F)
        last = last[:-2] + "ая" if last.endswith("ой") else last + "а"
    return first if source.random() < _ALONE else f"{first} {last}"
