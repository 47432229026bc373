"""Word lists are written as running text; these two functions read them."""

import re

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def split_words(text: str) -> list[str]:
    """Words parted by white space."""
    return text.split()


def split_phrases(text: str) -> list[str]:
    """Phrases of one or more words parted by "|", over any number of lines."""
    return [" ".join(phrase.split()) for phrase in text.split("|") if phrase.strip()]
