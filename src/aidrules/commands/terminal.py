"""Files and streams as commands use them: read within bounds, written in whatever encoding there is."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from aidrules.errors import AidrulesError, Problem
from aidrules.visible import visible

_COLOUR = re.compile("(\x1b\\[[0-9;]*m)")
DONE, FAILED, UNUSABLE, OPEN, FAULT, INTERRUPTED = 0, 1, 2, 3, 70, 130


def complain(text: str, code: int) -> int:
    if sys.stderr is not None:
        write(f"{text}\n", sys.stderr)
    return code


def _forget(stream: Any) -> None:
    """Nobody reads any more: what is still buffered must not fail once more when Python ends."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def write(text: str, stream: Any = None, errors: str = "backslashreplace", *, coloured: bool = False) -> None:
    """Write text in whatever encoding the stream has; what it lacks, and what nobody sees, is escaped.

    All that the command prints goes through here: names of files, records and packs may hold what a terminal obeys.

    Args:
        text: what to write.
        stream: where to; standard output unless given.
        errors: how a character is escaped that the encoding lacks.
        coloured: whether the text holds colours of our own, which stay.
    """
    stream = stream or sys.stdout
    if stream is None:
        raise OSError("standard output is closed")
    parts = _COLOUR.split(text) if coloured else [text]
    text = "".join(part if number % 2 else visible(part) for number, part in enumerate(parts))
    encoding = getattr(stream, "encoding", None) or "utf-8"
    data = text.encode(encoding, errors)
    try:
        if hasattr(stream, "buffer"):
            stream.flush()
            stream.buffer.write(data)
            stream.buffer.flush()
        else:
            stream.write(data.decode(encoding))
    except BrokenPipeError:
        _forget(stream)
    except OSError:
        _forget(stream)
        raise


def read(name: str, most: int, refusal: type[AidrulesError]) -> bytes:
    """The bytes of a file or of standard input, refused by their number before anything reads them."""
    if name == "-":
        if sys.stdin is None:
            raise refusal(Problem("standard input is closed", "-", expected="a file, or text to read"))
        data = sys.stdin.buffer.read(most + 1)
    else:
        file = Path(name)
        if file.is_file() and file.stat().st_size > most:
            raise _too_long(name, file.stat().st_size, most, refusal)
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    if len(data) > most:
        raise _too_long(name, None, most, refusal)
    return data


def _too_long(name: str, size: int | None, most: int, refusal: type[AidrulesError]) -> AidrulesError:
    found = f"the file has {size:,} bytes" if size is not None else "there are more bytes than that"
    return refusal(Problem(found, name, expected=f"at most {most:,} bytes", hint="One file holds one household."))
