"""Pages that the offline source writes itself when a folder holds none: arXiv abstract, Atom feed, Markdown.

The markup follows what arXiv and Hugging Face serve, as far as a listing knows it. A listing tells neither
subject categories nor licences nor later versions, so these pages leave them out: every paper is its v1.
"""

from datetime import datetime
from html import escape

ATOM_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">'
)


def render_markdown(paper: dict) -> str:
    """What Hugging Face gives as `/papers/<id>.md` for a paper without arXiv HTML: its own page as text."""
    authors = ", ".join(author["name"] for author in paper["authors"])
    return f"# {paper['title']}\n\n{authors}\n\n## Abstract\n\n{paper['summary']}\n"


def render_abstract_page(paper: dict, has_html: bool) -> str:
    """arXiv's `/abs/<id>` with the selectors readers use; the HTML link is there only if HTML is."""
    paper_id, title = paper["id"], escape(paper["title"])
    published = _parse_time(paper["publishedAt"])
    authors = ", ".join(f"<a>{escape(author['name'])}</a>" for author in paper["authors"])
    abstract = f'<span class="descriptor">Abstract:</span>{escape(paper["summary"])}'
    html_link = f'<li><a href="/html/{paper_id}v1" class="abs-button">HTML (experimental)</a></li>'
    return f"""<!DOCTYPE html>
<html lang="en"><head><title>[{paper_id}] {title}</title></head><body><div id="abs">
<div class="dateline">[Submitted on {published.day} {published:%b %Y}]</div>
<h1 class="title mathjax"><span class="descriptor">Title:</span>{title}</h1>
<div class="authors"><span class="descriptor">Authors:</span>{authors}</div>
<blockquote class="abstract mathjax">{abstract}</blockquote>
<div class="submission-history"><h2>Submission history</h2>
<strong>[v1]</strong> {published:%a}, {published.day} {published:%b %Y %H:%M:%S} UTC<br/></div></div>
<div class="full-text"><ul><li><a href="/pdf/{paper_id}" class="abs-button download-pdf">View PDF</a></li>
{html_link if has_html else ""}</ul></div></body></html>
"""


def render_no_html_page(paper_id: str) -> str:
    """arXiv's page for a paper that has no HTML; it comes with status 404."""
    return (
        f"<!DOCTYPE html>\n<html><head><title>No HTML for '{escape(paper_id)}'</title></head>"
        f"<body><h1>No HTML for '{escape(paper_id)}'</h1>"
        "<p>HTML is not available for the source.</p></body></html>\n"
    )


def render_feed(papers: list[dict], total: int, start: int, max_results: int) -> str:
    """The Atom answer of `/api/query?id_list=`; `total` counts the known papers before paging."""
    entries = "".join(_render_entry(paper) for paper in papers)
    return _render_atom(entries, total, start, max_results)


def render_feed_error(reason: str) -> str:
    """The Atom answer to a bad request: a valid feed whose one entry is titled `Error`; status 400."""
    anchor = escape(reason.replace(" ", "_"))
    entry = (
        f"<entry><id>https://arxiv.org/api/errors#{anchor}</id><title>Error</title>"
        f"<summary>{escape(reason)}</summary><author><name>arXiv api core</name></author></entry>"
    )
    return _render_atom(entry, total=1, start=0, max_results=1)


def _render_atom(entries: str, total: int, start: int, max_results: int) -> str:
    counts = {"itemsPerPage": max_results, "totalResults": total, "startIndex": start}
    numbers = "".join(f"<opensearch:{name}>{count}</opensearch:{name}>" for name, count in counts.items())
    return f"{ATOM_HEAD}<title>arXiv Query</title>{numbers}{entries}</feed>\n"


def _render_entry(paper: dict) -> str:
    version = f"{paper['id']}v1"
    title = escape(" ".join(paper["title"].split()))
    published = f"{_parse_time(paper['publishedAt']):%Y-%m-%dT%H:%M:%SZ}"
    names = (escape(author["name"]) for author in paper["authors"])
    authors = "".join(f"<author><name>{name}</name></author>" for name in names)
    return (
        f"<entry><id>http://arxiv.org/abs/{version}</id><title>{title}</title>"
        f"<updated>{published}</updated><published>{published}</published>"
        f'<link href="https://arxiv.org/abs/{version}" rel="alternate" type="text/html"/>'
        f'<link href="https://arxiv.org/pdf/{version}" rel="related" type="application/pdf" title="pdf"/>'
        f"<summary>{escape(paper['summary'])}</summary>{authors}</entry>"
    )


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
