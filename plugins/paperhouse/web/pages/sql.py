"""The SQL console: a page to write queries in, and the address that answers them, for programs too."""

import threading
import time
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...query import open_result
from ...settings import Settings
from ...terminal import clean_text
from ..answer import LookAt
from ..charts import SVG
from ..examples import EXAMPLES
from ..json_values import JSON, write_json
from ..page import answer_page
from ..policy import write_policy
from ..result import MOST_POINTS, describe_found, draw_found, read_found, write_csv, write_file
from ..rows.schema_rows import read_schema
from ..sent import read_json_body

router = APIRouter()

TIME_LIMIT = 10.0  # seconds
SHOWN_ROWS, MOST_ROWS = 1000, 100_000
MOST_CHARACTERS = 20_000
CSV, PARQUET = "text/csv; charset=utf-8", "application/vnd.apache.parquet"

# Each may take a gigabyte and two cores, and the pages have to go on.
_RUNNING = threading.BoundedSemaphore(3)


class Question(BaseModel):
    """A query and what to make of its rows."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(min_length=1, max_length=MOST_CHARACTERS, description="DuckDB's SQL over the published tables.")
    format: Literal["json", "csv", "parquet", "chart"] = Field(
        "json", description="chart: an SVG; the first column are labels or dates, columns of numbers are its series."
    )
    limit: int | None = Field(
        None,
        ge=1,
        le=MOST_ROWS,
        description=f"The most rows; {SHOWN_ROWS:,} as json unless it is said, else {MOST_ROWS:,}.",
    )
    narrow: bool = Field(False, description="Whether a chart is for a narrow screen.")


@router.get("/sql", include_in_schema=False)
def show(look: LookAt, query: Annotated[str, Query(max_length=MOST_CHARACTERS)] = "") -> Response:
    """The console; `query` only stands in it, to run it is up to who reads it."""
    text = clean_text(query.replace("\r\n", "\n")) or EXAMPLES[0][1]
    response = answer_page(
        look,
        "sql.html.j2",
        "sql",
        lambda warehouse: {
            "query": text,
            "examples": EXAMPLES,
            "most_characters": MOST_CHARACTERS,
            **read_schema(warehouse),
        },
    )
    # A chart comes as the answer to a query, and is shown as a picture that the page made of it.
    response.headers["Content-Security-Policy"] = write_policy(img="'self' blob:")
    return response


@router.post(
    "/api/sql",
    summary="Answer a query, read-only",
    tags=["sql"],
    openapi_extra={
        "requestBody": {"required": True, "content": {JSON: {"schema": Question.model_json_schema()}}},
    },
    responses={
        200: {
            "description": "The rows. Decimals, huge integers and NaN are text in JSON; CSV has a ' before what a "
            "spreadsheet would take for a formula. X-Row-Count, X-Truncated and X-Milliseconds tell of them.",
            "content": {JSON: {}, "text/csv": {}, PARQUET: {}, SVG: {}},
        },
        400: {"description": "DuckDB refused the query, or it took too long."},
        403: {"description": "A page of another site asked."},
        413: {"description": "The body is too long."},
        415: {"description": "The body is not said to be JSON."},
        422: {"description": "The body is not such a question."},
        429: {"description": "Too many queries run; try again after Retry-After seconds."},
    },
)
async def answer(request: Request) -> Response:
    """The warehouse is attached read-only, without files, network or settings; a query has ten seconds."""
    body = await read_json_body(request)
    try:
        question = Question.model_validate_json(body)
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, part['loc'])) or 'body'}: {part['msg']}" for part in error.errors())
        raise HTTPException(422, said) from None
    if not _RUNNING.acquire(blocking=False):
        raise HTTPException(429, "other queries are running; try again in a few seconds", {"Retry-After": "3"})
    try:
        return await run_in_threadpool(run_question, request.app.state.settings, question)
    finally:
        _RUNNING.release()


def run_question(settings: Settings, question: Question) -> Response:
    """Run a query and write its rows as asked for; raise QueryFailed, QueryTimeout, WarehouseMissing."""
    started = time.perf_counter()
    with open_result(settings, question.query, TIME_LIMIT) as result:
        if question.format == "parquet":
            limit = question.limit or MOST_ROWS
            body, row_count = write_file(result, limit)
            return _respond(body, PARQUET, min(row_count, limit), row_count > limit, started, "parquet")
        most = {"json": SHOWN_ROWS, "chart": MOST_POINTS}.get(question.format, MOST_ROWS)
        limit = min(question.limit or most, MOST_POINTS if question.format == "chart" else MOST_ROWS)
        found = read_found(result, limit)
        told = (len(found.rows), found.is_truncated, started)
        if question.format == "csv":
            return _respond(write_csv(found), CSV, *told, "csv")
        if question.format == "chart":
            return _respond(draw_found(found, question.narrow), SVG, *told)
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    return _respond(write_json(describe_found(found) | {"milliseconds": milliseconds}), JSON, *told)


def _respond(
    body: bytes, media_type: str, row_count: int, is_truncated: bool, started: float, ending: str | None = None
) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "X-Row-Count": str(row_count),
        "X-Truncated": str(is_truncated).lower(),
        "X-Milliseconds": f"{(time.perf_counter() - started) * 1000:.1f}",
    }
    if ending:
        headers["Content-Disposition"] = f'attachment; filename="paperhouse.{ending}"'
    return Response(body, media_type=media_type, headers=headers)
