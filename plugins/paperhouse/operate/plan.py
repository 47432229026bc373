"""Plan: which days of a range need a look, and what that costs each host. Nothing is asked of anybody.

`make_plan` is a function of what is known, the settings and today; `format_plan` says it to people.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from ..errors import PaperhouseError
from ..extract import PAGE_LIMIT
from ..listing_date import parse_listing_date
from ..settings import LOOPBACK, POLITE_INTERVALS, Settings
from ..texts.versions import MOST_IDS
from .known_days import Day, Known, list_days, read_known

# What becomes of a day in each state, in the order in which they are told.
FETCHED = {
    "missing": "fetched",
    "landed": "fetched again: its answer was never published",
    "failed": "fetched again",
    "partial": "fetched again",
    "capped": "fetched again",
    "stale": "fetched again: it was seen too early to be final",
    "open": "fetched again",
}
LEFT = {
    "held": "left to `paperhouse release`",
    "settled": "left alone",
    "quiet": "left alone",
    "seen today": "left alone: partial or capped, and another look tells more tomorrow",
    "not ended": "left to `make run DATE=…`",
}
SETTLING = timedelta(days=2)  # a list hardly changes afterwards
NEAR_A_PAGE = 10  # papers short of a full page; a list that long may have filled it since
USUAL_WEEKDAY = 17  # papers: the mean of 465 weekdays from 2024 to 2026, until the warehouse knows better
MOST_SPANS = 4


class RangeRefused(PaperhouseError):
    """A range that cannot be planned or loaded; nothing was started, and the message says what to do."""


@dataclass(frozen=True)
class HostCost:
    """Requests to one host; seconds between two of them, as the host allows and as the settings have it."""

    host: str
    purpose: str
    request_count: int
    allowed_interval: float
    own_interval: float

    @property
    def allowed_minutes(self) -> float:
        return self.request_count * self.allowed_interval / 60

    @property
    def own_minutes(self) -> float:
        return self.request_count * self.own_interval / 60


@dataclass(frozen=True)
class Plan:
    """Every day of the range stands in one list of `days`, by state; `to_fetch` are those that get a run."""

    from_date: date
    to_date: date
    days: dict[str, list[date]]
    to_fetch: list[date]
    lists: HostCost
    reading: list[HostCost]

    @property
    def spans(self) -> list[tuple[date, date]]:
        """The days to fetch as unbroken ranges, both ends included."""
        return list(_join_days(self.to_fetch))


def plan_range(settings: Settings, from_date: date, to_date: date, again: bool = False) -> Plan:
    """Plan a range as things stand now; raises what `make_plan` raises."""
    today = datetime.now(UTC).date()
    return make_plan(read_known(settings, from_date, to_date), settings, from_date, to_date, today, again)


def make_plan(
    known: Known, settings: Settings, from_date: date, to_date: date, today: date, again: bool = False
) -> Plan:
    """Plan a range of listing dates, both inclusive; `today` is the day in UTC. Settled and quiet days are left
    alone unless `again`. Raises RangeRefused and ListingDateError."""
    for day in (from_date, to_date):
        parse_listing_date(day.isoformat(), today)
    if from_date > to_date:
        raise RangeRefused(f"the range begins after its end: {from_date} … {to_date}")
    days: dict[str, list[date]] = {state: [] for state in FETCHED | LEFT}
    for day in list_days(from_date, to_date):
        days[_judge_day(known.days.get(day), day, today)].append(day)
    wanted = [*FETCHED, "settled", "quiet", "seen today"] if again else [*FETCHED]
    to_fetch = sorted(day for state in wanted for day in days[state])
    counts = {day: known.days[day].paper_count if day in known.days else 0 for day in to_fetch}
    pages = sum(1 + (count + NEAR_A_PAGE) // PAGE_LIMIT for count in counts.values())
    to_read = known.unread_count + round(sum(max(0, _usual_count(known, day) - counts[day]) for day in to_fetch))
    return Plan(
        from_date,
        to_date,
        {state: found for state, found in days.items() if found},
        to_fetch,
        _cost(settings, settings.hf_url, "lists", pages),
        [
            _cost(settings, settings.arxiv_api_url, "versions", math.ceil(to_read / MOST_IDS)),
            _cost(settings, settings.arxiv_url, "texts", to_read),
        ],
    )


def format_plan(plan: Plan) -> str:
    """Two tables for people: days by state, and requests by host with their minutes."""
    size = sum(len(days) for days in plan.days.values())
    lines = [f"Plan for {plan.from_date} … {plan.to_date}: {size} days, {len(plan.to_fetch)} to fetch"]
    for state, days in plan.days.items():
        fate = "fetched again" if state in LEFT and days[0] in plan.to_fetch else (FETCHED | LEFT)[state]
        lines.append(f"  {state:<10} {len(days):>5}  {_name_days(days)}: {fate}")
    lines.append(f"  {'host':<20} {'for':<8} {'requests':>8}  {'allowed':<16} {'minutes':>8}  at our pace")
    for cost in (plan.lists, *plan.reading):
        lines.append(
            f"  {cost.host:<20} {cost.purpose:<8} {cost.request_count:>8}  {_name_allowance(cost):<16} "
            f"{cost.allowed_minutes:>8.1f}  {cost.own_minutes:>11.1f}"
        )
    lines.append(f"  reading the papers found would take {_say_reading_time(plan)}; the DAG read_papers does that")
    return "\n".join(lines)


def summarize_plan(plan: Plan) -> str:
    """The same numbers in a line, for places where a table does not fit."""
    states = ", ".join(f"{len(days)} {state}" for state, days in plan.days.items())
    cost = plan.lists
    return (
        f"{plan.from_date} … {plan.to_date}: {states}; {len(plan.to_fetch)} to fetch with {cost.request_count} "
        f"requests to {cost.host}, {cost.allowed_minutes:.1f} minutes at the "
        f"allowed rate, {cost.own_minutes:.1f} at our pace; "
        f"reading the papers found would take {_say_reading_time(plan)}"
    )


def _judge_day(known: Day | None, day: date, today: date) -> str:
    if day >= today:
        return "not ended"
    if known is None or known.state == "never_fetched":
        return "missing"
    if known.state in {"open", "quiet"} and not known.was_seen_settled and today >= day + SETTLING:
        return "stale"
    if known.state in {"partial", "capped"} and known.last_seen_date == today and today >= day + SETTLING:
        return "seen today"
    return known.state


def _usual_count(known: Known, day: date) -> float:
    return known.usual_counts.get(day.weekday(), USUAL_WEEKDAY if day.weekday() < 5 else 0)


def _cost(settings: Settings, url: str, purpose: str, request_count: int) -> HostCost:
    host, own = urlsplit(url).hostname or "", settings.interval_for(url)
    allowed = 0.0 if host in LOOPBACK else POLITE_INTERVALS.get(host, own)
    if purpose == "lists" and settings.hf_token:
        allowed /= 2
    return HostCost(host, purpose, request_count, allowed, own)


def _join_days(days: list[date]) -> Iterator[tuple[date, date]]:
    first = last = None
    for day in days:
        if last and day > last + timedelta(days=1):
            yield first, last
            first = None
        first, last = first or day, day
    if last:
        yield first, last


def _name_days(days: list[date]) -> str:
    spans = [f"{first}" if first == last else f"{first} … {last}" for first, last in _join_days(days)]
    more = f" and {len(spans) - MOST_SPANS} more" if len(spans) > MOST_SPANS else ""
    return ", ".join(spans[:MOST_SPANS]) + more


def _name_allowance(cost: HostCost) -> str:
    if not cost.allowed_interval:
        return "no limit"
    if cost.purpose == "lists":
        return f"{300 / cost.allowed_interval:.0f} in 5 minutes"
    return f"1 in {cost.allowed_interval:g} s"


def _say_reading_time(plan: Plan) -> str:
    minutes = sum(max(cost.allowed_minutes, cost.own_minutes) for cost in plan.reading)
    return f"about {minutes / 60:.1f} hours" if minutes >= 90 else f"about {minutes:.0f} minutes"
