import pytest
from paperhouse.build import build_warehouse
from paperhouse.publish import current_version
from paperhouse.rollback import NothingToRollBack, release_held, roll_back
from paperhouse.warehouse import open_published

from tests.conftest import build_body, make_item


def listed_dates(settings):
    with open_published(settings) as warehouse:
        query = "select distinct listing_date::text from paper_listings order by 1"
        return [row[0] for row in warehouse.execute(query).fetchall()]


def test_rolled_back_fetches_stay_away_until_they_are_released(settings):
    build_body(settings, "2025-12-24", [make_item("2512.00001")])
    first = current_version(settings)
    with pytest.raises(NothingToRollBack):
        roll_back(settings)
    build_body(settings, "2025-12-25", [make_item("2512.00002")])

    assert len(roll_back(settings)["held_fetches"]) == 1
    assert current_version(settings) == first
    assert build_warehouse(settings, say=lambda line: None).version is None
    build_body(settings, "2025-12-26", [make_item("2512.00003")])
    assert listed_dates(settings) == ["2025-12-24", "2025-12-26"]

    assert len(release_held(settings)["released_fetches"]) == 1
    assert listed_dates(settings) == ["2025-12-24", "2025-12-25", "2025-12-26"]
