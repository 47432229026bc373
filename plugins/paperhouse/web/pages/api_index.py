"""All addresses of the JSON API, from its own description: as JSON for programs, as a page for people."""

from fastapi import APIRouter, Response

from ..answer import HTML, Look, LookAt
from ..api_models import REFUSED
from ..json_values import JSON, write_json
from ..page import draw

router = APIRouter(prefix="/api", tags=["warehouse"], responses=REFUSED)


@router.get("", summary="All addresses of the API")
def index(look: LookAt) -> Response:
    """As JSON for programs, as a page for people."""
    for_people = "text/html" in look.request.headers.get("accept", "")
    response = look.answer(
        lambda _: draw_index(look) if for_people else write_json({"addresses": list_addresses(look)}),
        HTML if for_people else JSON,
        also=HTML if for_people else JSON,
    )
    response.headers["Vary"] = "Accept, Cookie, Accept-Language"
    return response


def list_addresses(look: Look) -> list[dict]:
    """What the description of the API says of each address, in short."""
    return [
        {
            "method": method.upper(),
            "address": f"{look.base}{path}",
            "summary": told["summary"],
            "description": told["description"],
            "parameters": list_parameters(told),
        }
        for path, methods in look.request.app.openapi()["paths"].items()
        for method, told in methods.items()
    ]


def list_parameters(told: dict) -> list[dict]:
    """What is asked in the address, and in the body of a query."""
    body = told.get("requestBody", {"content": {JSON: {"schema": {"properties": {}}}}})
    return [
        *({"name": part["name"], "description": part["description"]} for part in told.get("parameters", [])),
        *(
            {"name": name, "description": part["description"]}
            for name, part in body["content"][JSON]["schema"]["properties"].items()
        ),
    ]


def draw_index(look: Look) -> str:
    return draw(look, "api.html.j2", None, addresses=list_addresses(look))
