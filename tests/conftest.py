"""How property tests run (the same examples every time, unless HYPOTHESIS_PROFILE=explore asks for new ones), and the
plugin for the cases of `rules`."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

# Packs compiled and households made are kept by the hundred thousand: searching all of them for cycles again and again
# took a fifth of the time of all tests.
gc.set_threshold(100_000, 20, 50)

settings.register_profile(
    "ci", derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
)
settings.register_profile("explore", parent=settings.get_profile("ci"), derandomize=False, max_examples=200)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.import_plugin("aidrules.testing.plugin")
