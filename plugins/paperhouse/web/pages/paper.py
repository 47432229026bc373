"""A paper: its readings, its numbers with the words they stand in, its votes, lists and domains."""

from fastapi import APIRouter, Response

from ..answer import LookAt
from ..asked import PaperId, Yes
from ..charts import SVG, draw_times
from ..page import answer_page
from ..rows.paper_rows import read_paper, read_votes

router = APIRouter(include_in_schema=False)


@router.get("/paper/{paper_id}")
def show(look: LookAt, paper_id: PaperId) -> Response:
    return answer_page(look, "paper.html.j2", "day", lambda warehouse: read_paper(warehouse, paper_id))


@router.get("/paper/{paper_id}/votes.svg")
def draw_votes(look: LookAt, paper_id: PaperId, narrow: Yes = False) -> Response:
    """The votes of a paper over time."""

    def make(warehouse) -> bytes:
        seen = read_votes(warehouse, paper_id)
        points = [(row["observed_at"], row["upvotes"]) for row in seen if row["upvotes"] is not None]
        return draw_times({"votes": points}, is_narrow=narrow)

    return look.answer(make, SVG)
