"""What a page may cost: checked on the bytes, because the parser itself can't be interrupted.

The HTML parser needs quadratic time for deep nesting and for one tag with very many attributes, and it repeats
every unclosed `<b>` in each later paragraph. Pages made from LaTeX come nowhere near these limits.
"""

import re
from collections import Counter

from ..errors import PaperhouseError

MAX_BYTES = 16_000_000
MAX_TAGS = 1_500_000
MAX_OPEN_TAGS = 500
MAX_REPEATED_NODES = 5_000_000
MAX_TAG_BYTES = 20_000

# Elements that never hold others, or that HTML closes by itself: they can't nest without one of the others.
_NEVER_DEEP = set(b"area base br col embed hr img input link meta source track wbr p li dt dd td th tr option".split())
_REPEATED = set(b"a b big code em font i nobr s small strike strong tt u".split())
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9-]*+)(?=[\s/>])")
_TAG_START = re.compile(rb"<[a-zA-Z]")
_QUOTED = re.compile(rb"\"[^\"]*+\"")


class PaperTooLarge(PaperhouseError):
    """The page has more bytes or tags than are ever parsed."""


class PaperTooDeep(PaperhouseError):
    """The page nests or tangles its tags so far that parsing it would take unbounded time or memory."""


class NotAPaper(PaperhouseError):
    """The bytes are no paper: empty, no HTML, or a page without LaTeXML's article (an error or listing page)."""


def check_size(size: int) -> None:
    """Raise PaperTooLarge for more than MAX_BYTES bytes."""
    if size > MAX_BYTES:
        raise PaperTooLarge(f"the paper has {size:,} bytes, more than {MAX_BYTES:,}; read its abstract instead")


def check_nesting(body: bytes) -> None:
    """Raise PaperTooDeep when tags stay open, pile up or carry attributes beyond what LaTeX papers do."""
    open_tags: Counter[bytes] = Counter()
    depth = repeated = most_repeated = starts = 0
    for found in _TAG.finditer(body):
        end, tag = found[1], found[2].lower()
        if tag in _NEVER_DEEP:
            starts += not end
            continue
        if end:
            step = -1 if open_tags[tag] else 0
        else:
            step = 1
            starts += 1
        open_tags[tag] += step
        depth += step
        if tag in _REPEATED:
            repeated += step
            most_repeated = max(most_repeated, repeated)
        if depth > MAX_OPEN_TAGS:
            raise PaperTooDeep(f"more than {MAX_OPEN_TAGS} tags are open at once; read the abstract instead")
    if starts * most_repeated > MAX_REPEATED_NODES:
        raise PaperTooDeep(f"{most_repeated} text styles stay open over {starts:,} tags; read the abstract instead")
    if starts > MAX_TAGS:
        raise PaperTooLarge(f"the paper has {starts:,} tags, more than {MAX_TAGS:,}; read its abstract instead")
    for piece in body.split(b">"):
        start = _TAG_START.search(piece) if len(piece) > MAX_TAG_BYTES else None
        if start and len(_QUOTED.sub(b"", piece[start.start() :])) > MAX_TAG_BYTES:
            raise PaperTooDeep(
                f"one tag has more than {MAX_TAG_BYTES:,} bytes of attributes; read the abstract instead"
            )
