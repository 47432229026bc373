"""Load: looks at paper pages become one batch, which is loaded, judged and held like any batch of readings."""

from collections.abc import Callable

from ..batches import land_pages, load_batches
from ..landing import LandingDamaged
from ..settings import Settings
from ..warehouse import open_working
from .land import Look, list_looks, read_body
from .read_page import PageReading, read_page


def load_pages(settings: Settings, paper_ids: list[str], say: Callable[[str], None]) -> str | None:
    """Read every look at these papers that no batch holds yet, land and load them together; return the batch id.

    None when there is nothing new. A damaged look is named and left out. Raises LockTimeout.
    """
    load_batches(settings)
    known = _list_known(settings, paper_ids)
    new = [look for paper_id in paper_ids for look in list_looks(settings, paper_id) if look.look_id not in known]
    readings = [reading for look in new if (reading := _read(settings, look, say))]
    if not readings:
        return None
    batch = land_pages(settings, readings)
    load_batches(settings)
    say(f"batch {batch.batch_id}: {len(readings)} pages")
    return batch.batch_id


def _list_known(settings: Settings, paper_ids: list[str]) -> set[str]:
    query = """
        select payload ->> '$.look_id' from raw.readings semi join raw.reading_batches using (batch_id)
        where list_contains(?, paper_id)
    """
    with open_working(settings) as working:
        return {look_id for (look_id,) in working.execute(query, [paper_ids]).fetchall()}


def _read(settings: Settings, look: Look, say: Callable[[str], None]) -> PageReading | None:
    try:
        reading = read_page(look, read_body(settings, look))
    except LandingDamaged as error:
        say(str(error))
        return None
    if reading.problem:
        say(f"{look.paper_id}: {reading.problem}")
    return reading
