"""The pytest plugin: cases beside packs are tests wherever pytest collects; `aidrules_cases = false` leaves them out.

pytest imports this module in every project that has aidrules installed, so the engine is loaded with the first file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aidrules.testing.places import home_of

if TYPE_CHECKING:
    from aidrules.testing.cases import Case
    from aidrules.testing.trial import Trial

_SETTING = "aidrules_cases"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The setting by which a project leaves the cases out."""
    parser.addini(_SETTING, "Collect the cases beside rule packs (cases/*.yaml).", type="bool", default=True)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file of cases beside a pack, and nothing else."""
    if not parent.config.getini(_SETTING) or home_of(file_path) is None:
        return None
    file: CaseFile = CaseFile.from_parent(parent, path=file_path)
    return file


class CaseFile(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """A test for each case."""
        from aidrules.errors import PackError
        from aidrules.testing.cases import read_cases

        home = home_of(self.path)
        assert home is not None
        try:
            cases = read_cases(self.path)
        except PackError as error:
            raise self.CollectError(str(error)) from None
        for case in cases:
            yield CaseItem.from_parent(self, name=case.name, case=case, pack=home.pack, root=home.root)


class FailedError(Exception):
    """A case that did not pass."""

    def __init__(self, trial: Trial) -> None:
        super().__init__("\n".join(trial.sentences()))
        self.trial = trial


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, pack: str, root: Path, **options: Any) -> None:
        super().__init__(**options)
        self.case, self.pack, self.root = case, pack, root

    def runtest(self) -> None:
        """Decide the household and compare."""
        from aidrules.testing.trial import tried

        trial = tried(self.case, self.pack, path=self.root)
        if trial.state != "passed":
            raise FailedError(trial)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The difference, rather than a traceback."""
        from aidrules.testing.report import told

        if isinstance(excinfo.value, FailedError):
            return told(excinfo.value.trial, "en")
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands."""
        return self.path, self.case.place.line - 1, self.name
