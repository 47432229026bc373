"""Diff: what the last versions changed, and two kept versions in detail, as text for people."""

from pathlib import Path

from .changes import count_changes, find_changes
from .errors import PaperhouseError
from .publish import current_version, list_versions
from .publish_log import read_log, summarize_changes
from .settings import Settings
from .warehouse import open_published, open_version

EXAMPLES = 5  # of each kind of change

# What is shown of a comparison: heading → rows that already read as lines. Newest side `new_*`, base `old_*`.
DETAILS = {
    "days": """
        select strftime(listing_date, '%Y-%m-%d') || ': ' || coalesce(old.state, 'unknown') || ' → '
            || coalesce(new.state, 'unknown') || ', ' || coalesce(old.paper_count, 0) || ' → '
            || coalesce(new.paper_count, 0) || ' papers'
        from main.day_status as new
        full join old_day_status as old using (listing_date)
        where (new.state, new.paper_count) is distinct from (old.state, old.paper_count)
        order by listing_date desc
    """,
    "papers added": """
        select paper_id || '  ' || title || if(upvotes is null, '', ' (' || upvotes || ' votes)')
        from changes_of_papers inner join new_papers using (paper_id)
        where change = 'added'
        order by upvotes desc nulls last, paper_id
    """,
    "papers changed": """
        select paper_id || '  ' || new.title || if(new.title = old.title, '', ', before: ' || old.title)
        from changes_of_papers
        inner join new_papers as new using (paper_id)
        inner join old_papers as old using (paper_id)
        where change = 'changed'
        order by new.upvotes desc nulls last, paper_id
    """,
    "papers removed": """
        select paper_id || '  ' || title
        from changes_of_papers inner join old_papers using (paper_id)
        where change = 'removed'
        order by paper_id
    """,
    "left their list": """
        select strftime(listing_date, '%Y-%m-%d') || '  ' || paper_id || '  ' || title
        from delisted inner join new_papers using (paper_id)
        order by listing_date, paper_id
    """,
    "votes moved": """
        select paper_id || '  ' || printf('%+d', difference) || ' to ' || upvotes || '  ' || title
        from moved_votes inner join new_papers using (paper_id, upvotes)
        order by abs(difference) desc, paper_id
    """,
    "readings": """
        select paper_id || '  ' || change || ': ' || reader || ' from ' || reading_source
        from changes_of_paper_readings
        order by change, paper_id
    """,
}


class VersionNotKept(PaperhouseError):
    """A version is asked for that is not there any more, or never was."""


def describe_log(settings: Settings, count: int) -> str:
    """The last `count` publications behind the current version, newest first, a line each. Raises WarehouseMissing."""
    with open_published(settings) as warehouse:
        rows = read_log(warehouse)[:count]
    return "\n".join(_describe_row(row) for row in rows) or "the warehouse was published before there was a log"


def describe_publication(settings: Settings, name: str | None = None) -> str:
    """What one publication changed, the current one by default; in detail while it and its base are kept.

    `name` may be the beginning of a version's name. Raises WarehouseMissing, VersionNotKept.
    """
    with open_published(settings) as warehouse:
        rows = read_log(warehouse)
    kept = _list_kept(settings)
    name = _complete(name or current_version(settings).parent.name, {*kept, *(row["version"] for row in rows)})
    if name in kept:  # a version that was rolled back stands in its own log alone
        with open_version(kept[name]) as warehouse:
            rows = read_log(warehouse)
    row = next((row for row in rows if row["version"] == name), None)
    if row is None:
        raise VersionNotKept(f"{name} was published before there was a log; compare it with another kept version")
    if name in kept and (row["base_version"] is None or row["base_version"] in kept):
        details = _describe_changes(kept[name], kept.get(row["base_version"]))
    else:
        details = ["its rows cannot be compared any more: the last five versions are kept"]
    return "\n".join([_describe_row(row), *details])


def describe_difference(settings: Settings, older: str, newer: str) -> str:
    """What is new, other or gone in one kept version against another. Raises VersionNotKept."""
    kept = _list_kept(settings)
    base, version = (kept[_complete(name, set(kept))] for name in (older, newer))
    return "\n".join([f"from {base.parent.name} to {version.parent.name}", *_describe_changes(version, base)])


def _list_kept(settings: Settings) -> dict[str, Path]:
    return {file.parent.name: file for file in list_versions(settings)}


def _complete(name: str, names: set[str]) -> str:
    found = sorted(known for known in names if known.startswith(name))
    if len(found) != 1:
        raise VersionNotKept(
            f"{len(found) or 'no'} versions begin with {name!r}; known are {', '.join(sorted(names)) or 'none'}"
        )
    return found[0]


def _describe_row(row: dict) -> str:
    days = [day.isoformat() for day in (row["first_listing_date"], row["last_listing_date"]) if day]
    what = [
        f"{row[name]} {one if row[name] == 1 else many}"
        for name, one, many in [
            ("fetch_count", "fetch", "fetches"),
            ("batch_count", "batch", "batches"),
            ("rejected_count", "rejected", "rejected"),
        ]
        if row[name]
    ]
    if days:
        what.append(" to ".join(sorted(set(days))))
    return (
        f"{row['version']}  {row['published_at']:%Y-%m-%d %H:%M:%S}  {summarize_changes(row)}  "
        f"({', '.join(what)}; {row['seconds']:.1f} s)"
    )


def _describe_changes(version: Path, base: Path | None) -> list[str]:
    with open_version(version) as newer:
        find_changes(newer, base)
        old_days = "published.main.day_status" if base else "(from main.day_status limit 0)"
        newer.execute(f"create temp view old_day_status as from {old_days}")
        lines = [", ".join(f"{name} {count}" for name, count in count_changes(newer).items() if count) or "no change"]
        for heading, query in DETAILS.items():
            said = [row[0] for row in newer.execute(query).fetchall()]
            if said:
                lines += ["", f"{heading}: {len(said)}", *(f"  {line}" for line in said[:EXAMPLES])]
                lines += [f"  … and {len(said) - EXAMPLES} more"] if len(said) > EXAMPLES else []
    return lines
