"""Write a superscript or subscript on one line, so that a number stays apart from the marks around it."""

import re

_SIMPLE = re.compile(r"[+-]?(\w+(\.\w+)*|\([^()]*\))%?|[^\w\s]+\d[\d.,]*%?")
_PRIMES = {"′", "′′", "″", "∘", "°"}


def attach_script(mark: str, script: str) -> str:
    """`^` or `_` and what it carries: ("^", "-3") → "^-3", ("_", "i+1") → "_(i+1)", ("_", "±0.3") → "±0.3".

    A spread (±…) and a lone symbol such as † stand without a mark: both are read as they are, whereas a digit
    without its mark would become part of the number before it.
    """
    script = script.strip()
    if not script:
        return ""
    if script.startswith("±"):
        return script
    if mark == "^" and (script in _PRIMES or not any(character.isalnum() for character in script)):
        return script.replace("∘", "°")
    if _SIMPLE.fullmatch(script):
        return mark + script
    return f"{mark}({script})"
