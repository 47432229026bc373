"""The Airflow plugin of paperhouse."""

from airflow.plugins_manager import AirflowPlugin
from paperhouse.operate import run_notes, worker_home
from paperhouse.operate.run_deadline import RunCreated

PREFIX = "/paperhouse"


async def serve_pages(scope, receive, send) -> None:
    """The pages; loaded at the first request, because every task and component loads this plugin."""
    from paperhouse.web.airflow_login import serve_pages

    await serve_pages(scope, receive, send)


class PaperhousePlugin(AirflowPlugin):
    """Notes on runs and their tasks, see `run_notes`; the folder that workers must see, see `worker_home`; from when a
    run is late; and the warehouse in the navigation."""

    name = "paperhouse"
    listeners = (run_notes, worker_home)
    deadline_references = (RunCreated,)
    fastapi_apps = ({"app": serve_pages, "url_prefix": PREFIX, "name": "Papers"},)
    external_views = (
        {
            "name": "Papers",
            "href": f"{PREFIX.removeprefix('/')}/",
            "url_route": "papers",
            "destination": "nav",
            "icon": f"{PREFIX}/static/icon.svg",
        },
    )
