"""The tree of errors: every class says in two languages what happened."""

import re

import pytest

from headrace import errors
from headrace.telegram.failures import Rejected, Unreadable


def tree(root):
    yield root
    for kind in root.__subclasses__():
        yield from tree(kind)


EVERY = list(dict.fromkeys(tree(errors.HeadraceError)))


def test_the_tree_is_walked():
    assert {errors.HeadraceError, errors.NotSignedIn, Rejected, Unreadable} <= set(EVERY)


@pytest.mark.parametrize("kind", EVERY)
def test_every_class_has_a_sentence_in_both_languages(kind):
    english, russian = kind.__dict__["__doc__"].strip(), kind.__dict__["said_ru"]
    assert english.endswith(".")
    assert russian.endswith(".")
    assert re.search("[\N{CYRILLIC SMALL LETTER A}-\N{CYRILLIC SMALL LETTER YA}]", russian)
    assert ("hint" in vars(kind)) == ("hint_ru" in vars(kind))
    assert bool(kind.hint) == bool(kind.hint_ru)


def test_what_a_class_says_by_itself():
    error = errors.DiskFull()
    assert error.told("en") == (errors.DiskFull.__doc__, errors.DiskFull.hint)
    assert error.told("ru") == (errors.DiskFull.said_ru, errors.DiskFull.hint_ru)
    assert error.told("xx") == error.told("en")


def test_what_is_said_once_goes_before_what_the_class_says():
    error = errors.DiskFull("Full.", hint="Wait.", ru="Полон.", hint_ru="Ждите.")
    assert error.told("en") == ("Full.", "Wait.")
    assert error.told("ru") == ("Полон.", "Ждите.")


def test_english_stands_where_nothing_else_was_said():
    """A sentence with particulars is worth more than the general one of the class."""
    error = errors.DiskFull("/srv is full.", hint="Empty it.")
    assert error.told("ru") == ("/srv is full.", "Empty it.")
    assert errors.DiskFull("/srv is full.").told("ru")[1] == errors.DiskFull.hint_ru


def test_a_pause_is_told_like_the_rest():
    error = errors.FloodPause("Wait.", resume_at=1.0, method="history", ru="Ждите.")
    assert error.told("ru") == ("Ждите.", "")
    assert error.resume_at == 1.0
