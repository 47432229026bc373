"""Whether an answer holds the text of a paper: (outcome, problem) as `land.Text` explains them."""

from ..read.markdown import is_fallback_page
from ..request import Answer
from .land import Judge

_ARTICLES = (b"ltx_document", b"ltx_page_content")  # without one of them `read_html` finds no article


def judge_html(answer: Answer) -> tuple[str, str | None]:
    """Of a page of arXiv."""
    if answer.status == 404:
        return "missing", "not found (404)"
    if not any(mark in answer.body for mark in _ARTICLES):
        return "unusable", "the page has no article made by LaTeXML: an error page or no paper"
    return "text", None


def judge_markdown(listed_words: str) -> Judge:
    """Of Hugging Face's Markdown of the paper with this abstract and these authors.

    Their names count: hundreds of them make a page long that holds no more than the abstract.
    """

    def judge(answer: Answer) -> tuple[str, str | None]:
        if answer.status == 404:
            return "missing", "not found (404)"
        text = answer.body.decode("utf-8", "replace").lstrip("\ufeff \n\r\t")
        if not text or text[:15].lower().startswith(("<!doctype", "<html")):
            return "unusable", "a web page or nothing instead of Markdown"
        if is_fallback_page(text, listed_words):
            return "fallback", "no more than the abstract"
        return "text", None

    return judge
