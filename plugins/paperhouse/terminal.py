"""Text from outside on a terminal: it is read, never obeyed."""

import re
import sys

from .settings import Settings

# Controls but tab and line feed: the escape that begins a command to the terminal, and its forms of one character.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean_text(text: str) -> str:
    """Return a text with a visible mark for each control character but tab and line feed."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def quote_answer(settings: Settings, text: str) -> str:
    """What a server said, for a message: on one line, without our secrets or commands to a terminal."""
    return clean_text(settings.mask(" ".join(text.split())))


def show_text(text: str) -> None:
    """Print a text: to a file or a program as it is, to a terminal cleaned."""
    sys.stdout.write(clean_text(text) if sys.stdout.isatty() else text)
