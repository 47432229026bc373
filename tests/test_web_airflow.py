"""The pages inside Airflow: behind its login, in its navigation, and no weight on anything else of it."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from fastapi.testclient import TestClient
from paperhouse.settings import Settings
from paperhouse.web.app import PAGES, create_app
from paperhouse.web.serve import PortTaken, only_here, serve_pages

from tests.airflow_service import PAPERHOUSE, find_free_port, make_environment, run_python

pytestmark = pytest.mark.slow
PATHS = sorted({route.path for page in PAGES for route in page.router.routes})
BROWSER = {"accept": "text/html,application/xhtml+xml"}


class Server:
    """A running API server with the pages in it."""

    def __init__(self, url: str, data_dir: Path):
        self.url, self.pages = url, f"{url}/paperhouse"
        self.passwords = data_dir / "airflow" / "simple_auth_manager_passwords.json.generated"

    def get_token(self) -> str:
        wanted = {"username": "admin", "password": json.loads(self.passwords.read_text())["admin"]}
        return requests.post(f"{self.url}/auth/token", json=wanted, timeout=60).json()["access_token"]


@pytest.fixture(scope="module")
def server(web_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data_dir = tmp_path_factory.mktemp("airflow") / "data"
    shutil.copytree(web_settings.data_dir, data_dir, symlinks=True)
    port = find_free_port()
    environment = make_environment(data_dir, AIRFLOW__API__PORT=str(port))
    run_python(
        """
        from paperhouse.operate.prepare_airflow import prepare_airflow
        from paperhouse.settings import load_settings
        prepare_airflow(load_settings())
        """,
        environment,
    )
    log = data_dir / "api-server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [PAPERHOUSE, "airflow", "api-server", "--port", str(port)],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", data_dir)
    try:
        deadline = time.monotonic() + 120
        while not is_up(server):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.3)
        yield server
    finally:
        process.terminate()
        process.wait(60)


def is_up(server: Server) -> bool:
    try:
        return requests.get(f"{server.url}/api/v2/version", timeout=5).ok
    except requests.ConnectionError:
        return False


def fill(path: str) -> str:
    """An address of a route, with something in its places."""
    return "/".join("2025-12-25" if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.parametrize("path", [*PATHS, "/openapi.json", "/static/style.css", "/nowhere"])
def test_who_is_not_logged_in_gets_nothing_but_the_login(server, path):
    address = server.pages + fill(path)
    answer = requests.get(address, headers=BROWSER, allow_redirects=False, timeout=60)
    assert (answer.status_code, answer.content) == (302, b"")
    assert answer.headers["location"].startswith("/api/v2/auth/login?next=%2Fpaperhouse")
    for method in ("GET", "POST", "HEAD", "OPTIONS"):
        refused = requests.request(method, address, timeout=60)
        assert refused.status_code == 401, method
        assert refused.text in ("", '{"error":"log in to Airflow first"}')


def test_login_leads_back_to_the_page(server):
    answer = requests.get(f"{server.pages}/day/2025-12-25?votes=3", headers=BROWSER, timeout=60)
    assert answer.status_code == 200
    assert "next=" in answer.url
    assert "%2Fpaperhouse%2Fday%2F2025-12-25%3Fvotes%3D3" in answer.url
    assert "Awakening" not in answer.text


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
def test_token_that_is_none_is_refused(server, token):
    for sent in ({"headers": {"Authorization": f"Bearer {token}"}}, {"cookies": {"_token": token}}):
        assert requests.get(f"{server.pages}/day/2025-12-25", **sent, timeout=60).status_code in (401, 403)


def test_who_is_logged_in_sees_the_pages(server):
    token = server.get_token()
    for sent in ({"headers": {"Authorization": f"Bearer {token}"}}, {"cookies": {"_token": token}}):
        answer = requests.get(f"{server.pages}/day/2025-12-25", **sent, timeout=60)
        assert answer.status_code == 200
        assert 'href="/paperhouse/static/style.css"' in answer.text
        assert requests.get(f"{server.pages}/", **sent, timeout=60).url.startswith(f"{server.pages}/day/")
        assert requests.get(f"{server.pages}/static/style.css", **sent, timeout=60).status_code == 200


def test_pages_stand_in_the_navigation(server):
    told = requests.get(
        f"{server.url}/api/v2/plugins", headers={"Authorization": f"Bearer {server.get_token()}"}, timeout=60
    ).json()
    (plugin,) = [plugin for plugin in told["plugins"] if plugin["name"] == "paperhouse"]
    (view,) = plugin["external_views"]
    assert (view["name"], view["destination"], view["href"]) == ("Papers", "nav", "paperhouse/")


def test_loading_the_plugin_loads_no_page(web_settings):
    """Each task and component loads it."""
    code = """
        import sys
        import paperhouse_plugin
        print([name for name in sys.modules if name.startswith(("paperhouse.web", "pygal"))])
    """
    assert run_python(code, make_environment(web_settings.data_dir)).splitlines()[-1] == "[]"


def test_pages_alone_answer_on_loopback_names_only(web_settings):
    with TestClient(only_here(create_app(web_settings)), base_url="http://elsewhere.example") as client:
        assert client.get("/day/2025-12-25").status_code == 400
    with TestClient(only_here(create_app(web_settings)), base_url="http://localhost:8501") as client:
        assert client.get("/day/2025-12-25").status_code == 200


def test_port_in_use_is_told(web_settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortTaken, match="paperhouse web --port 0"):
            serve_pages(web_settings, other.getsockname()[1])
