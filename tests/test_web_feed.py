"""The feed: well-formed Atom of days, whatever stands in a title."""

from xml.etree import ElementTree

from tests.web_papers import HOSTILE_DAY, HOSTILE_ID

ATOM = "{http://www.w3.org/2005/Atom}"


def read_feed(pages):
    answer = pages.get("/feed.atom")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own


def test_feed_has_an_entry_a_day_the_newest_first_with_all_that_atom_wants(pages):
    feed = read_feed(pages)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles[0] == f"{HOSTILE_DAY}: 13 papers"
    assert "2025-12-25: 17 papers" in titles
    assert titles == sorted(titles, reverse=True)
    for part in [feed, *feed.iter(f"{ATOM}entry")]:
        assert {f"{ATOM}id", f"{ATOM}title", f"{ATOM}updated"} <= {child.tag for child in part}
    assert len({part.text for part in feed.iter(f"{ATOM}id")}) == len(titles) + 1


def test_links_of_the_feed_are_whole_addresses(pages):
    for link in read_feed(pages).iter(f"{ATOM}link"):
        assert link.get("href").startswith("http://127.0.0.1/")


def test_hostile_title_in_the_feed_is_text(pages):
    (entry,) = [
        entry for entry in read_feed(pages).iter(f"{ATOM}entry") if HOSTILE_DAY in entry.findtext(f"{ATOM}title")
    ]
    content = entry.find(f"{ATOM}content")
    assert (content.get("type"), list(content)) == ("html", [])
    assert f'/paper/{HOSTILE_ID}">&lt;script&gt;alert(1)&lt;/script&gt;](javascript:alert(2))' in content.text
    assert "<script" not in content.text
