"""The pictures of both READMEs, taken of the demo's data: `make pictures`."""

import os
import re
import subprocess
import sys
from pathlib import Path

from paperhouse.settings import REPO
from paperhouse.warehouse import open_version

from tests.browser import open_browser

FOLDER = REPO / "docs" / "pages"
PAPER = """
    select paper_id from papers inner join paper_metrics using (paper_id)
    where paper_metrics.reading_source = 'html' group by paper_id order by count(*) desc, paper_id limit 1
"""


def take_pictures() -> None:
    data = REPO / "data" / "demo"
    with open_version(data / "warehouse.duckdb") as warehouse:
        (paper_id,) = warehouse.execute(PAPER).fetchone()
    pages = {"day": "/day/2025-12-25", "paper": f"/paper/{paper_id}", "quality": "/quality"}
    command = [Path(sys.executable).with_name("paperhouse"), "web", "--port", "0"]
    environment = os.environ | {"PAPERHOUSE_DATA_DIR": str(data)}
    with (
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server,
        open_browser() as browser,
    ):
        try:
            url = re.search(r"http://\S+", server.stdout.readline())[0]
            for language, ending in (("en", ""), ("zh", "-zh")):
                page = browser.new_page(viewport={"width": 1200, "height": 800})
                for name, path in pages.items():
                    page.goto(f"{url}{path}?lang={language}")
                    page.wait_for_timeout(500)
                    FOLDER.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=FOLDER / f"{name}{ending}.png")
        finally:
            server.terminate()


if __name__ == "__main__":
    take_pictures()
