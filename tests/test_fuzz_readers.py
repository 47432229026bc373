"""A short run of the fuzzer in each test run; `make fuzz` is the long one."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz_readers import REPO, SPLINTERS, mutate, read_and_check

EXAMPLES = 60
PIECES = st.one_of(st.sampled_from(SPLINTERS), st.text(max_size=40))


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_any_article_is_read_or_refused(pieces):
    body = "<article class='ltx_document'><p class='ltx_p'>We reach 91.5 % accuracy. " + "".join(pieces)
    read_and_check(body.encode("utf-8", "replace"), is_markdown=False)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_any_markdown_is_read_or_refused(pieces):
    read_and_check(("# Title\n\nWe reach 91.5 % accuracy.\n\n" + "".join(pieces)).encode("utf-8", "replace"), True)


@pytest.mark.parametrize("seed", range(30))
def test_a_mutated_page_is_read_or_refused(seed):
    file = sorted(REPO.glob("demo/arxiv_html/*.html"))[seed % 3]
    read_and_check(mutate(random.Random(seed), file.read_bytes()), is_markdown=False)  # noqa: S311
