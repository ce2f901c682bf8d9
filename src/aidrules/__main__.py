"""`python -m aidrules` is the command `aidrules`."""

from __future__ import annotations

from aidrules.cli import main

if __name__ == "__main__":  # processes that test cases import this module again
    main(prog_name="aidrules")
