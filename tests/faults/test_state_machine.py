"""Any order of fetches, kills, reruns, rollbacks and runs at once, against a dict: date → what its last good look said.

The machine lands, loads and builds as a run does. It knows of the gate only that a list must not become empty or lose
half of its papers; all else it plays is good. After every step the published lists equal the dict, and the published
invariant holds.
"""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from paperhouse.build import build_warehouse
from paperhouse.load import load_raw
from paperhouse.publish import current_version, list_versions
from paperhouse.rollback import release_held, roll_back
from paperhouse.settings import Settings
from paperhouse.transform import parse_project
from paperhouse.warehouse import open_published, open_working

from tests.conftest import land_body, make_item
from tests.faults.days import build_fetch
from tests.faults.invariant import assert_published_invariant
from tests.faults.processes import Child
from tests.faults.test_kill_faults import BOUNDARIES, do_and_die

DAYS = ["2025-12-22", "2025-12-23", "2025-12-24"]
# Ten papers a date, whose last zero counts, and two that stand on the lists of several: more would be an old list.
OWN = {day: [f"2512.{number:03}{place}0" for place in range(10)] for number, day in enumerate(DAYS, 1)}
SHARED_IDS = ["2512.09990", "2512.09991"]
BEFORE_THE_LOAD = ["before the fetch is complete", "after the fetch has landed"]
KILLS = [name for name in BOUNDARIES if name not in BEFORE_THE_LOAD]
OPTIONAL = ["upvotes", "summary", "publishedAt"]

Listing = dict[str, int | None]  # paper id → votes, in the order of the list
places = st.lists(st.integers(0, 11), min_size=4, max_size=7, unique=True)  # of papers on a list


def _say_nothing(line: str) -> None:
    pass


class Pipeline(RuleBasedStateMachine):
    """`looks` has every accepted look of a date, oldest first, as (fetch id, list)."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        shutil.rmtree(settings.data_dir, ignore_errors=True)
        self.settings = settings
        self.clock = datetime(2025, 12, 26)
        self.looks: dict[str, list[tuple[str, Listing]]] = {}
        self.held: set[str] = set()
        self.last: str | None = None  # what a rollback takes back: the one fetch of the newest version
        with open_working(settings):
            pass  # a missing one is read from the landing zone, and the first load would have nothing to do

    # --- what may happen ----------------------------------------------------------------------------------------------

    @rule(day=st.sampled_from(DAYS), more=places, votes=st.integers(0, 99), missing=st.sampled_from([None, *OPTIONAL]))
    def fetch_and_publish(self, day: str, more: list[int], votes: int, missing: str | None) -> None:
        self._build(self._load(day, self._grow(day, more, votes), missing))

    @rule(first=st.permutations(DAYS), more=places)
    def backfill(self, first: list[str], more: list[int]) -> None:
        for day in first:
            self._load(day, self._grow(day, more, votes=3))
        build_warehouse(self.settings, say=_say_nothing)
        self.last = None

    @precondition(lambda self: self._list_known())
    @rule(data=st.data(), is_empty=st.booleans())
    def fetch_a_list_that_lost_its_papers(self, data: st.DataObject, is_empty: bool) -> None:
        day = data.draw(st.sampled_from(self._list_known()))
        listing = self._tell(day)
        kept = {} if is_empty else dict(list(listing.items())[: len(listing) // 2])
        version = current_version(self.settings)
        build_fetch(self.settings, self._land(day, kept))
        assert current_version(self.settings) == version, "a list that lost its papers was published"

    @rule(day=st.sampled_from(DAYS), more=places, boundary=st.sampled_from(KILLS), is_other_first=st.booleans())
    def kill_and_run_again(self, day: str, more: list[int], boundary: str, is_other_first: bool) -> None:
        listing = self._grow(day, more, votes=7)
        fetch_id = self._land(day, listing)
        assert Child(do_and_die, boundary, build_fetch, self.settings, fetch_id).wait() == "killed"
        self._check_file()
        if is_other_first:
            other = DAYS[DAYS.index(day) - 1]
            self._build(self._load(other, self._grow(other, more[:4], votes=5)))
        self._accept(day, fetch_id, listing)
        self._build(fetch_id)
        self.last = None

    @precondition(lambda self: self.looks)
    @rule(data=st.data())
    def clear_an_old_run(self, data: st.DataObject) -> None:
        old = data.draw(st.sampled_from(sorted(fetch_id for looks in self.looks.values() for fetch_id, _ in looks)))
        version = current_version(self.settings)
        build_fetch(self.settings, old)
        assert current_version(self.settings) == version, "what is published already was published again"

    @rule(days=st.permutations(DAYS), more=places)
    def run_two_at_once(self, days: list[str], more: list[int]) -> None:
        children = []
        for day in days[:2]:
            listing = self._grow(day, more, votes=11)
            fetch_id = self._land(day, listing)
            self._accept(day, fetch_id, listing)
            children.append(Child(build_fetch, self.settings, fetch_id))
        assert [child.wait() for child in children] == [None, None]
        self.last = None

    @precondition(lambda self: self.last and not self.held and len(list_versions(self.settings)) > 1)
    @rule()
    def take_back(self) -> None:
        assert roll_back(self.settings)["held_fetches"] == [self.last]
        self.held, self.last = {self.last}, None

    @precondition(lambda self: self.held)
    @rule()
    def release(self) -> None:
        release_held(self.settings)
        self.held, self.last = set(), None

    # --- what must hold -----------------------------------------------------------------------------------------------

    @invariant()
    def published_lists_are_those_of_the_dict(self) -> None:
        if not self.looks:
            return
        expected = {day: list(self._tell(day)) for day in self.looks if self._tell(day)}
        votes = {}
        # Of looks at one paper on one UTC day that of the latest listing date counts.
        for day in sorted(self.looks):
            votes |= self._tell(day)
        with open_published(self.settings) as published:
            seen = published.execute(
                "select listing_date::varchar, list(paper_id order by position) from paper_listings "
                "where delisted_at is null group by 1"
            ).fetchall()
            counted = dict(published.execute("select paper_id, upvotes from papers").fetchall())
        assert dict(seen) == expected
        assert {paper_id: counted.get(paper_id) for paper_id in votes} == votes
        self._check_file()

    def teardown(self) -> None:
        if self.looks and not self.held:
            assert_published_invariant(self.settings, recompute=True)

    # --- how ----------------------------------------------------------------------------------------------------------

    def _tell(self, day: str) -> Listing:
        return next((listing for one, listing in reversed(self.looks.get(day, [])) if one not in self.held), {})

    def _list_known(self) -> list[str]:
        return [day for day in DAYS if len(self._tell(day)) >= 4]

    def _grow(self, day: str, more: list[int], votes: int) -> Listing:
        """All papers that were ever known of the date, and more: nothing to object to."""
        known = [paper_id for _, listing in self.looks.get(day, []) for paper_id in listing]
        return dict.fromkeys([*((OWN[day] + SHARED_IDS)[place] for place in more), *known], votes)

    def _land(self, day: str, listing: Listing, missing: str | None = None) -> str:
        self.clock += timedelta(minutes=1)
        if missing == "upvotes":
            listing.update(dict.fromkeys(listing))
        fields = {"submittedOnDailyAt": f"{day}T00:00:00Z"} | ({missing: None} if missing else {})
        items = [make_item(paper_id, **{"upvotes": votes, **fields}) for paper_id, votes in listing.items()]
        return land_body(self.settings, day, items, self.clock.isoformat()).fetch_id

    def _load(self, day: str, listing: Listing, missing: str | None = None) -> str:
        fetch_id = self._land(day, listing, missing)
        load_raw(self.settings, fetch_id)
        self._accept(day, fetch_id, listing)
        return fetch_id

    def _accept(self, day: str, fetch_id: str, listing: Listing) -> None:
        self.looks.setdefault(day, []).append((fetch_id, listing))

    def _build(self, fetch_id: str) -> None:
        build_fetch(self.settings, fetch_id)
        self.last = fetch_id

    def _check_file(self) -> None:
        if current_version(self.settings):
            assert_published_invariant(self.settings)


def run_machine(folder: Path, example_count: int, step_count: int, *, is_random: bool) -> None:
    place = Settings(data_dir=folder / "data", hf_url="http://127.0.0.1:9")
    parse_project(place)  # for the children that are forked from here
    run_state_machine_as_test(
        lambda: Pipeline(place),
        settings=hypothesis.settings(
            max_examples=example_count,
            stateful_step_count=step_count,
            deadline=None,
            database=None,
            derandomize=not is_random,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_order_of_events_publishes_the_last_good_look_of_each_date(tmp_path: Path) -> None:
    run_machine(tmp_path, example_count=2, step_count=5, is_random=False)


@pytest.mark.long
def test_many_orders_of_events_publish_the_last_good_look_of_each_date(tmp_path: Path) -> None:
    run_machine(tmp_path, example_count=2, step_count=10, is_random=True)
