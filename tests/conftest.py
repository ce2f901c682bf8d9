"""How property tests run (the same examples every time, unless HYPOTHESIS_PROFILE=explore asks for new ones), and the
plugin for the cases of `rules`."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "ci", derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
)
settings.register_profile("explore", parent=settings.get_profile("ci"), derandomize=False, max_examples=200)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.import_plugin("aidrules.testing.plugin")
