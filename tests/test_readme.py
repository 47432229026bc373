"""The README tells the truth: every command in it is run, and its tables are the real ones."""

import os
import re
import shlex
import signal
import subprocess
import time

import duckdb
import pytest
import requests
from paperhouse.settings import REPO
from paperhouse.source.server import start_source

README = (REPO / "README.md").read_text()
COMMANDS = [
    line for block in re.findall(r"```bash\n(.*?)```", README, re.DOTALL) for line in block.splitlines() if line
]
# Not run here, because another test does the same thing.
RUN_ELSEWHERE = {
    "make test": "tests/test_readme.py",
    "make up": "tests/test_ui.py",
    "make backfill FROM=2025-12-24 TO=2025-12-26": "tests/test_backfill.py",
    ".venv/bin/paperhouse source --port 8642 --fault shrunk-list --fault server-error@2025-12-26": (
        "tests/test_source_faults_served.py"
    ),
    ".venv/bin/paperhouse doctor": "tests/test_doctor.py",
    ".venv/bin/paperhouse doctor --live": "tests/test_probe.py",
}


def run(command, data_dir, **environment):
    # DATE and friends of an outer `make test` must not reach the make that is tested.
    outer = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    return subprocess.run(
        ["bash", "-c", command],
        cwd=REPO,
        env={**outer, "PAPERHOUSE_DATA_DIR": str(data_dir), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def demo_data(tmp_path_factory):
    """The data folder after `make demo` was run twice, with what each run printed and the hash after it."""
    data = tmp_path_factory.mktemp("readme")
    answers = []
    for _ in range(2):
        done = run("make demo", data)
        assert done.returncode == 0, done.stdout + done.stderr
        answers.append((done.stdout, run(".venv/bin/paperhouse hash", data / "demo").stdout))
    return data / "demo", answers


def test_demo_shows_progress_and_what_to_do_next(demo_data):
    (printed, _), _ = demo_data[1]
    for words in ("build_warehouse", "2025-12-25: 17 papers", ".zh.md", "paperhouse sql", "make up"):
        assert words in printed


def test_second_demo_changes_no_content_hash(demo_data):
    first, second = (digest for _, digest in demo_data[1])
    assert re.fullmatch(r"[0-9a-f]{64}\n", first)
    assert first == second


@pytest.mark.parametrize(
    "command",
    [
        line
        for line in sorted(set(COMMANDS) - set(RUN_ELSEWHERE))
        if ".venv/bin/paperhouse" in line and not re.search("paperhouse (source|web)", line)
    ],
)
def test_command_on_the_demo_works(demo_data, command):
    done = run(command.replace("data/demo", str(demo_data[0])), demo_data[0])
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_python_example_works(demo_data, monkeypatch):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    namespace = {}
    exec(code.replace("data/demo", str(demo_data[0])), namespace)  # noqa: S102 - the README's own words
    namespace["warehouse"].close()


def test_make_run_loads_one_day_and_make_read_its_papers_and_make_hash_prints_the_hash(tmp_path):
    assert {"make run DATE=2025-12-25", "make read DATE=2025-12-25", "make hash"} <= set(COMMANDS)
    with start_source(REPO / "demo") as url:
        sources = {f"PAPERHOUSE_{name}_URL": url for name in ("HF", "ARXIV", "ARXIV_API")}
        for command in ("make run DATE=2025-12-25", "make read DATE=2025-12-25"):
            done = run(command, tmp_path, **sources)
            assert done.returncode == 0, done.stdout + done.stderr
    assert "2025-12-25.zh.md" in done.stdout
    assert re.fullmatch(r"[0-9a-f]{64}\n", run("make hash", tmp_path).stdout)


def test_make_run_of_a_stopped_source_ends_with_the_reason(tmp_path):
    done = run("make run DATE=2025-12-25", tmp_path, PAPERHOUSE_HF_URL="http://127.0.0.1:9")
    assert done.returncode != 0
    lines = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("make: ***")]
    assert "no answer from http://127.0.0.1:9" in lines[-1]
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_source_serves_the_sample_days():
    (command,) = [line for line in COMMANDS if "paperhouse source --recorded" in line]
    port = command.split()[-1]
    with subprocess.Popen(shlex.split(command), cwd=REPO, stdout=subprocess.PIPE, text=True) as process:
        assert port in process.stdout.readline()
        answer = None
        while answer is None:
            try:
                answer = requests.get(f"http://127.0.0.1:{port}/api/daily_papers?date=2025-12-25&limit=100", timeout=5)
            except requests.ConnectionError:
                time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert len(answer.json()) == 17


def test_web_shows_the_demo(demo_data):
    (command,) = [line for line in COMMANDS if line.endswith("paperhouse web")]
    told = f"exec env {command.replace('data/demo', str(demo_data[0]))} --port 0"
    with subprocess.Popen(["bash", "-c", told], cwd=REPO, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = re.search(r"http://\S+", process.stdout.readline())[0]
            page = requests.get(url, timeout=30)
        finally:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
    assert (page.status_code, page.url) == (200, f"{url}/day/2025-12-25")


def test_every_picture_is_there():
    for name in ("README.md", "README.zh.md"):
        pictures = re.findall(r"!\[.*?\]\((.*?)\)", (REPO / name).read_text())
        assert pictures
        assert [picture for picture in pictures if not (REPO / picture).exists()] == []


def test_every_command_is_run_by_a_test():
    run_here = {line for line in COMMANDS if ".venv/bin/paperhouse" in line}
    run_here |= {
        "make demo",
        "make run DATE=2025-12-25",
        "make read DATE=2025-12-25",
        "make hash",
        "export PAPERHOUSE_DATA_DIR=data/demo",
    }
    assert set(COMMANDS) == run_here | set(RUN_ELSEWHERE)
    for file in RUN_ELSEWHERE.values():
        assert (REPO / file).exists()


def test_table_of_tables_names_every_published_table(demo_data):
    with duckdb.connect(str(demo_data[0] / "warehouse.duckdb"), read_only=True) as warehouse:
        published = {row[0] for row in warehouse.execute("select table_name from duckdb_tables()").fetchall()}
    section = README.split("| table | one row per |")[1].split("\n\n")[0]
    named = {name for row in section.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert named == published


def test_every_setting_is_documented():
    settings = (REPO / "plugins" / "paperhouse" / "settings.py").read_text()
    names = set(re.findall(r"PAPERHOUSE_[A-Z_]+[A-Z]", settings))
    for text in (README, (REPO / ".env.example").read_text()):
        assert names <= set(re.findall(r"PAPERHOUSE_[A-Z_]+[A-Z]", text))


def test_flow_table_names_the_tasks_of_the_dag():
    section = README.split("| task | reads | writes |")[1].split("\n\n")[0]
    tasks = re.findall(r"^\| `(\w+)`", section, re.MULTILINE)
    dag = (REPO / "dags" / "daily_papers.py").read_text()
    assert tasks == re.findall(r"^    def (\w+)\(", dag, re.MULTILINE)
