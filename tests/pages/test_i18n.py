# ruff: noqa: RUF001 -- texts in two languages
"""The words of both languages, their plurals, numbers and dates."""

import re
from importlib.resources import files
from string import Formatter

import pytest
from markupsafe import Markup

from headrace.model.download import FileKind
from headrace.model.thread import Missing
from headrace.pages import i18n

EN, RU = i18n.language("en"), i18n.language("ru")
FORMS = {"en": {"one", "other"}, "ru": {"one", "few", "many"}}


def test_both_languages_have_the_same_words():
    assert set(EN.words) == set(RU.words)


@pytest.mark.parametrize("language", [EN, RU], ids=lambda one: one.code)
def test_every_plural_has_its_forms(language):
    for key, word in language.words.items():
        assert isinstance(word, str) or set(word) == FORMS[language.code], key


def fields(word):
    forms = [word] if isinstance(word, str) else word.values()
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def test_both_languages_name_the_same_values():
    different = {
        key: (fields(EN.words[key]), fields(RU.words[key]))
        for key in EN.words
        if fields(EN.words[key]) != fields(RU.words[key])
    }
    assert different == {}


def sources():
    """All code and all templates of the room."""
    room = files("headrace.pages")
    for folder in (room, room / "views", room / "templates", room / "static"):
        for entry in folder.iterdir():
            if entry.name.endswith((".py", ".html", ".js")):
                yield entry.read_text(encoding="utf-8")


def test_every_word_is_used_and_every_word_that_is_used_exists():
    text = "\n".join(sources())
    exact = set(re.findall(r"[\"'`]([a-z_]+(?:\.[A-Za-z_0-9]+)+)[\"'`]", text))
    # Keys made of a beginning and a name: f"kind.{…}", "absent." ~ state ~ ".title", `state.${…}`.
    begun = set(re.findall(r"[\"'`]([a-z_]+(?:\.[a-z_]+)*\.)(?:\{|\$\{|\" ~)", text))
    unused = {key for key in EN.words if key not in exact and not key.startswith(tuple(begun))}
    assert unused == set()
    asked = set(re.findall(r"\bt\(\s*\"([a-z_.]+[a-z_])\"[,)]", text))
    assert asked - set(EN.words) == set()


def test_all_that_comes_from_other_rooms_has_words():
    names = [f"kind.{kind.value}" for kind in FileKind]
    names += [f"comments.missing.{one.value}" for one in Missing]
    reasons = ("unknown_constructor", "database", "contradiction", "malformed")
    names += [f"reason.{one}" for one in reasons]
    assert [name for name in names if not EN.knows(name)] == []


@pytest.mark.parametrize(
    ("n", "told"),
    [
        (0, "0 постов"),
        (1, "1 пост"),
        (2, "2 поста"),
        (5, "5 постов"),
        (11, "11 постов"),
        (12, "12 постов"),
        (21, "21 пост"),
        (22, "22 поста"),
        (111, "111 постов"),
        (1_001, "1001 пост"),
        (12_403, "12\u202f403 поста"),
    ],
)
def test_russian_plurals(n, told):
    assert RU.t("count.posts", n) == told


@pytest.mark.parametrize(("n", "told"), [(0, "0 posts"), (1, "1 post"), (12_403, "12,403 posts")])
def test_english_plurals(n, told):
    assert EN.t("count.posts", n) == told


def test_values_beside_markup_are_escaped():
    told = EN.t("action.geo_proximity_reached", 2, one=Markup("<bdi>A</bdi>"), other="<B>")
    assert told == "<bdi>A</bdi> is within 2 metres of &lt;B&gt;"


def test_braces_in_values_stay_as_they_are():
    assert EN.t("unknown.title", name="{n} {0}") == "{n} {0} is not in the archive"


@pytest.mark.parametrize(
    ("value", "en", "ru"),
    [
        (0, "0\u00a0bytes", "0\u00a0байт"),
        (999, "999\u00a0bytes", "999\u00a0байт"),
        (1_500, "1.5\u00a0kB", "1,5\u00a0кБ"),
        (2_000_000, "2\u00a0MB", "2\u00a0МБ"),
        (123_400_000, "123\u00a0MB", "123\u00a0МБ"),
        (5 * 10**9, "5\u00a0GB", "5\u00a0ГБ"),
    ],
)
def test_sizes(value, en, ru):
    assert (EN.size(value), RU.size(value)) == (en, ru)


def test_dates():
    assert EN.moment(1_704_067_200) == "1 Jan 2024, 00:00"
    assert RU.moment(1_704_067_200) == "1 янв. 2024, 00:00"
    assert EN.month("2024-01") == "January 2024"
    assert EN.moment(2**62) == str(2**62)


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0:00"), (61.9, "1:01"), (3_723, "1:02:03"), (-5, "0:00")]
)
def test_durations(seconds, told):
    assert i18n.duration(seconds) == told


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", "en"),
        ("ru", "ru"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en;q=0.5,ru;q=0.9", "ru"),
        ("de,fr;q=0.9", "en"),
        ("de,ru;q=0.1", "ru"),
        ("ru;q=0", "en"),
        ("ru;q=x,;;,,", "ru"),
    ],
)
def test_the_preferred_language(accepted, code):
    assert i18n.preferred(accepted) == code
