"""The page of the API names every endpoint, and its examples ask for what is there."""

import re

import pytest
from tests.test_docs import ROOT, generate

PAGE = (ROOT / "docs" / "reference" / "api.md").read_text()
DESCRIBED = generate.beside("api_reference").description()["paths"]
OPERATIONS = {f"{verb.upper()} {path}" for path, verbs in DESCRIBED.items() for verb in verbs}
EXAMPLES = re.findall(r"^ask (.*)$", PAGE, re.MULTILINE)


def asked(example):
    """Method and path that curl would ask for."""
    path = re.search(r"\$AT([^ \"?]+)", example)[1]
    chosen = re.search(r"-X (\w+)", example)
    return chosen[1] if chosen else "POST" if " -d " in example else "GET", path


def template_of(path):
    """The described path that has this address, where its parameters are filled in."""
    (found,) = [one for one in DESCRIBED if re.fullmatch(re.sub(r"{\w+}", "[^/]+", one), path)]
    return found


def fits(method, path):
    """Whether an operation that is described has this address."""
    patterns = (one.split() for one in OPERATIONS if one.startswith(f"{method} "))
    return any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", one), path) for _, one in patterns)


def test_every_operation_has_its_heading_and_no_other_has():
    assert set(re.findall(r"^### `([A-Z]+ .*)`$", PAGE, re.MULTILINE)) == OPERATIONS
    assert len(OPERATIONS) > 25


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_ask_for_what_is_there(example):
    method, path = asked(example)
    assert fits(method, path)
    query = re.search(r"\?([^\"]+)", example)
    given = {pair.split("=")[0] for pair in query[1].split("&")} if query else set()
    verbs = DESCRIBED.get(path) or DESCRIBED[template_of(path)]
    assert given <= {one["name"] for one in verbs[method.lower()].get("parameters", ())}


def test_there_are_examples_and_none_that_is_not_there_passes():
    assert len(EXAMPLES) > 9
    assert not fits("GET", "/api/nowhere")
    assert not fits("DELETE", "/api/search")


def test_links_to_shapes_lead_somewhere():
    headings = {one.lower() for one in re.findall(r"^### (\w+)$", PAGE, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(\w+)\)", PAGE)) <= headings


def test_every_status_that_is_described_is_explained():
    rows = re.findall(r"^\| ([0-9, ]+) \|", PAGE, re.MULTILINE)
    explained = {code.strip() for row in rows for code in row.split(",")}
    codes = {
        code for verbs in DESCRIBED.values() for one in verbs.values() for code in one["responses"]
    }
    assert {code for code in codes if code >= "400"} - {"416", "429"} <= explained
