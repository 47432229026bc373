"""Search: papers by words, wherever they stand, the best first."""

import re

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from ...report.fetch_rows import fetch_rows
from ..answer import LookAt
from ..asked import MaybeDay, PageNumber, Text, Yes
from ..page import draw
from ..rows.search_rows import DOMAINS_QUERY, PAGE_SIZE, keep_wanted, match_papers, read_found, split_words

router = APIRouter(include_in_schema=False)


@router.get("/search")
def search(
    look: LookAt,
    q: Text = "",
    from_date: MaybeDay = None,
    to_date: MaybeDay = None,
    domain: Text = "",
    has_code: Yes = False,
    page: PageNumber = 1,
) -> Response:
    """Papers with all the words; an arXiv id leads straight to its paper."""
    wanted = {"from_date": from_date, "to_date": to_date, "domain": domain, "has_code": has_code}
    paper_id = q.strip()
    with look.answers.snapshots.read() as (version, warehouse):
        known = "select count(*) from papers where paper_id = $1"
        if re.fullmatch(r"\d{4}\.\d{4,5}", paper_id) and warehouse.execute(known, [paper_id]).fetchone()[0]:
            return RedirectResponse(f"{look.base}/paper/{paper_id}", 302)
    index = look.request.app.state.search_index
    with index.open(version) as ranking:

        def make(warehouse) -> str:
            found = keep_wanted(warehouse, match_papers(warehouse, ranking, q), wanted)
            shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
            return draw(
                look,
                "search.html.j2",
                "search",
                question=q,
                words=split_words(q),
                wanted=wanted,
                domains=fetch_rows(warehouse, DOMAINS_QUERY, {}),
                papers=read_found(warehouse, shown, q) if shown else [],
                total=len(found),
                pages={"number": page, "count": -(-len(found) // PAGE_SIZE)},
            )

        # What the index says belongs to the answer as much as the version does.
        return look.answer(make, also=index.version)
