"""How property tests run (the same examples every time, unless HYPOTHESIS_PROFILE=explore asks for new ones), and the
plugin for the cases of `rules`."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

from shipped_packs import RULES, names

# Packs compiled and households made are kept by the hundred thousand: searching all of them for cycles again and again
# took a fifth of the time of all tests.
gc.set_threshold(100_000, 20, 50)

settings.register_profile(
    "ci", derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
)
settings.register_profile("explore", parent=settings.get_profile("ci"), derandomize=False, max_examples=200)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one pack, and its cases, run one after the other in one process, which reads and compiles it once."""
    packs = {*names()}
    for item in items:
        given = getattr(item, "callspec", None)
        about = [*given.params.values()] if given else []
        if item.path.is_relative_to(RULES):
            about = [item.path.relative_to(RULES).as_posix().partition("/cases/")[0]]
        for pack in (one for one in about if isinstance(one, str) and one in packs):
            item.add_marker(pytest.mark.xdist_group(pack))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.import_plugin("aidrules.testing.plugin")
