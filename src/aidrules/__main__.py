"""`python -m aidrules` is the command `aidrules`."""

from __future__ import annotations

from aidrules.cli import main

main(prog_name="aidrules")
