"""The workflow that the walk ships runs what the walk has shown, and nothing else."""

from __future__ import annotations

import yaml
from pages import blocks
from test_spoken_examples import sessions

WALK = "docs/walk.md"


def test_the_workflow_runs_what_the_walk_has_shown() -> None:
    (workflow,) = (block for block in blocks(WALK, "yaml") if str(block.path).startswith(".github/"))
    steps = yaml.safe_load(workflow.text)["jobs"]["rules"]["steps"]
    installs, *runs = [step["run"] for step in steps if "run" in step]
    shown = [command for block in blocks(WALK, "console") for command, _ in sessions(block.text)]
    assert installs in [block.text.strip() for block in blocks(WALK, "sh")]
    assert runs and set(runs) <= set(shown)
