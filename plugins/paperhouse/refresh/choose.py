"""Choose: which listing dates a visit is about, and whose papers' pages it reads."""

from datetime import date, datetime, timedelta

from ..listing_date import FIRST_LISTING_DATE
from ..settings import Settings
from ..warehouse import open_working

# The settle curve: votes move most in the first days and come to rest within a month.
DAYS_BACK = (1, 3, 7, 14, 30)


def choose_days(moment: datetime, with_past: bool) -> list[date]:
    """The listing dates of a visit at `moment` (UTC), the newest first: its day, and the settle curve `with_past`."""
    today = moment.date()
    days = [today - timedelta(days=back) for back in (0, *(DAYS_BACK if with_past else ()))]
    return [day for day in days if day >= FIRST_LISTING_DATE]


def list_papers(settings: Settings, days: list[date]) -> list[str]:
    """The papers that any loaded fetch found on the lists of `days`, those of the newest date first."""
    query = """
        select paper_id from raw.daily_papers
        where list_contains(?::date[], listing_date) and regexp_full_match(paper_id, '[0-9]{4}\\.[0-9]{4,5}')
        group by paper_id
        order by max(listing_date) desc, paper_id
    """
    with open_working(settings) as working:
        return [paper_id for (paper_id,) in working.execute(query, [days]).fetchall()]
