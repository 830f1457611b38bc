"""What every test starts from: a clean environment, and the real exports where they are."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent
EXPORTS = ROOT.parent / "shared" / "exports"


# The suite gives the same answer twice and asserts no duration; the volume runs draw anew.
settings.register_profile(
    "suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "soak", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_configure(config):
    settings.load_profile("soak" if config.getoption("-m") == "soak" else "suite")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path_factory, request):
    """Files and comments are read by the tests about them (marks ``media`` and ``comments``)."""
    for name in list(os.environ):
        if name.startswith("HEADRACE_"):
            monkeypatch.delenv(name)
    for name in ("media", "comments"):
        is_wanted = request.node.get_closest_marker(name) is not None
        monkeypatch.setenv(f"HEADRACE_{name.upper()}", "all" if is_wanted else "none")
    monkeypatch.setenv("HEADRACE_CONFIG", str(tmp_path_factory.mktemp("config")))


def pytest_collection_modifyitems(config, items):
    """Tests on real exports are skipped elsewhere, in one line; under CI they must run."""
    if EXPORTS.is_dir() or os.environ.get("CI"):
        return
    skip = pytest.mark.skip(reason="the real exports (../shared/exports) are not on this machine")
    for item in items:
        if "real_export" in item.keywords:
            item.add_marker(skip)


@pytest.fixture
def real_export():
    """The folder of the real export; a failure, not a skip, where it has to be."""
    folder = EXPORTS / "trantor_library_dev2023"
    assert folder.is_dir(), f"{folder} is missing"
    return folder
