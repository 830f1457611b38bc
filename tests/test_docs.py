"""Documents say what the program does."""

import importlib.util
import re
from pathlib import Path

import pytest

from headrace import errors
from headrace.cli.main import EXIT_CODES

ROOT = Path(__file__).parent.parent
spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
generate = importlib.util.module_from_spec(spec)
spec.loader.exec_module(generate)


@pytest.mark.parametrize("name", generate.PAGES)
def test_reference_pages_are_fresh(name):
    assert (ROOT / "docs" / "reference" / name).read_text() == generate.PAGES[name](), "make docs"


def test_help_names_every_exit_code():
    named = {int(n) for n in re.findall(r"\b(\d+) [a-zA-Z]", EXIT_CODES)}
    assert named == set(generate.RESULTS) | {kind.exit_code for kind in generate.all_errors()}


def test_the_docstring_of_the_errors_is_the_tree():
    for kind in generate.all_errors():
        assert kind.__name__ in errors.__doc__
        assert kind.__doc__


@pytest.mark.parametrize("page", sorted(p.relative_to(ROOT) for p in ROOT.glob("*.md")), ids=str)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text()):
        assert (ROOT / target).exists(), target
