"""The shapes of the JSON API's answers, for its description. Rows have the columns of the published tables."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

Rows = list[dict[str, Any]]
Next = Annotated[str | None, Field(description="The address of what follows; null at the end.")]


class Error(BaseModel):
    """What is wrong, and what to do."""

    error: str


class Days(BaseModel):
    days: Rows
    next: Next


class DayWhole(BaseModel):
    day: dict[str, Any]
    audit: Rows
    papers: Rows


class Papers(BaseModel):
    papers: Rows
    next: Next


class PaperWhole(BaseModel):
    paper: dict[str, Any]
    organization: dict[str, Any] | None
    authors: Rows
    domains: Rows
    keywords: Rows
    links: Rows
    listings: Rows
    observations: Rows
    readings: Rows
    numbers: Rows
    sentences: Rows


class Domains(BaseModel):
    domains: Rows


class Numbers(BaseModel):
    numbers: Rows
    next: Next


class Changes(BaseModel):
    changes: Rows
    next: Next


REFUSED = {
    422: {"model": Error, "description": "The question makes no sense."},
    503: {"model": Error, "description": "Nothing is published yet."},
}
MISSING = {404: {"model": Error, "description": "It is not in the warehouse."}}
