"""What comes from outside is data: it never leads out of a folder, never commands, and never sees or shows a secret."""

import ast
import io
import logging
import re
from datetime import UTC, date, datetime

import pytest
from markdown_it import MarkdownIt
from paperhouse.batches import find_batch, find_landed
from paperhouse.diff import VersionNotKept, describe_publication
from paperhouse.extract import extract_listing
from paperhouse.landing import LandingMissing, NameUnsafe, find_fetch
from paperhouse.operate.task_settings import load_task_settings
from paperhouse.query import print_rows
from paperhouse.readers.llm_answer import ModelFailed
from paperhouse.readers.llm_call import ask_model
from paperhouse.refresh.land import land_look
from paperhouse.report.text import write_body_markdown
from paperhouse.request import Answer, RequestFailed
from paperhouse.settings import REPO, SettingInvalid, Settings, load_settings
from paperhouse.terminal import clean_text, show_text
from paperhouse.texts.land import land_miss, list_looks

from tests.conftest import build_body, make_item
from tests.model_server import ModelServer, refuse
from tests.scripted_source import Reply

DAY = date(2025, 12, 25)
TOKEN = "hf_" + "secretvalue" * 2
KEY = "sk-" + "anothersecret" * 2
ESCAPES = ["\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "a\rb", "\x08", "\x7f"]
UNSAFE_NAMES = ["../../etc", "..", ".", "", "/etc/passwd", "a/b", "a\\b", "*", "2512.*", "a\nb", "a\x00b", ".hidden"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def assert_no_trace(settings, secret, *texts):
    for file in settings.data_dir.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file
    for text in texts:
        assert secret not in text


@pytest.mark.parametrize("status", [401, 403, 400, 503])
def test_refused_token_leaves_no_trace(settings, scripted, capfd, caplog, monkeypatch, status):
    """A server that repeats what it was sent, in its body, its headers and its reason."""
    monkeypatch.setattr("paperhouse.request.FIRST_BACKOFF", 0.0)
    caplog.set_level(logging.DEBUG)
    settings = Settings(data_dir=settings.data_dir, hf_url=scripted.url, hf_token=TOKEN)
    body = f'{{"error": "Invalid token: Bearer {TOKEN}"}}'.encode()
    scripted.replies = [Reply(body, status, {"etag": TOKEN, "Retry-After": "0"})]
    with pytest.raises(RequestFailed) as failed:
        extract_listing(settings, DAY)
    assert scripted.headers[-1]["Authorization"] == f"Bearer {TOKEN}"
    assert (settings.landing_dir / "requests" / "failed_fetches.jsonl").exists()
    assert_no_trace(settings, TOKEN, str(failed.value), repr(settings), caplog.text, *capfd.readouterr())


def test_token_in_a_header_of_a_landed_answer_is_masked(settings, scripted):
    settings = Settings(data_dir=settings.data_dir, hf_url=scripted.url, hf_token=TOKEN)
    scripted.replies = [Reply(headers={"etag": f'W/"{TOKEN}"'})]
    extract_listing(settings, DAY)
    assert_no_trace(settings, TOKEN)


def test_refused_key_leaves_no_trace(tmp_path, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    with ModelServer() as model:
        settings = Settings(data_dir=tmp_path / "data", llm_url=model.url, llm_model="small", llm_key=KEY)
        model.replies = [refuse(401, f"Incorrect API key provided: {KEY}\x1b[2J")]
        with pytest.raises(ModelFailed) as failed:
            ask_model(settings, [{"role": "user", "content": "?"}], {"type": "object"})
    assert model.headers[0]["authorization"] == f"Bearer {KEY}"
    assert "\x1b" not in str(failed.value)
    assert_no_trace(settings, KEY, str(failed.value), repr(settings), caplog.text, *capfd.readouterr())


def test_tasks_tell_airflow_what_to_mask(monkeypatch):
    from airflow.sdk._shared.secrets_masker import redact

    monkeypatch.setenv("PAPERHOUSE_HF_TOKEN", TOKEN)
    load_task_settings()
    assert redact(f"the token {TOKEN} is wrong") == "the token *** is wrong"


@pytest.mark.parametrize("url", ["https://me:pass@example.org", "https://example.org?key=1", "https://example.org/#x"])
def test_address_with_a_secret_in_it_is_refused_and_not_repeated(monkeypatch, url):
    monkeypatch.setenv("PAPERHOUSE_HF_URL", url)
    with pytest.raises(SettingInvalid, match="PAPERHOUSE_HF_URL holds more than an address") as refused:
        load_settings()
    assert url not in str(refused.value)


@pytest.mark.parametrize("name", UNSAFE_NAMES)
def test_id_never_leads_out_of_its_folder(settings, name):
    (settings.data_dir / "landing" / "hf" / "daily" / "2025-12-25" / "x").mkdir(parents=True)
    before = sorted(settings.data_dir.rglob("*"))
    answer = Answer("http://127.0.0.1/x", 200, {}, b"{}", datetime.now(UTC))
    for use in (
        lambda: find_fetch(settings, name),
        lambda: find_batch(settings, name),
        lambda: find_landed(settings, name),
        lambda: list_looks(settings, name),
        lambda: land_miss(settings, name, "html", None, "u", 404, "missing", "none"),
        lambda: land_look(settings, name, answer),
    ):
        with pytest.raises(NameUnsafe):
            use()
    assert sorted(settings.data_dir.rglob("*")) == before


def test_plain_id_of_nothing_is_missing(settings):
    with pytest.raises(LandingMissing):
        find_landed(settings, "20251225T000000000000Z-abcdef")


def test_hostile_paper_is_set_aside_or_shown_as_text(settings):
    """Through the whole flow: an id that is a path, and a title that is SQL, HTML and a command to the terminal."""
    title = "'; drop table papers; -- <script>alert(1)</script> \x1b[2J"
    items = [make_item(f"2512.0000{number}") for number in range(1, 4)]
    build_body(settings, "2025-12-25", [*items, make_item("2512.00009", title=title), make_item("../../../tmp/x")])
    from paperhouse.report.render import render_report
    from paperhouse.warehouse import open_published

    with open_published(settings) as warehouse:
        assert warehouse.execute("select title from papers where paper_id = '2512.00009'").fetchall() == [(title,)]
        rejected = warehouse.execute("select reason from rejected_records").fetchall()
    assert rejected == [("paper id is not an arXiv id",)]
    for path in render_report(settings, DAY):
        text = path.read_text()
        assert "\x1b" not in text
        assert "<script" not in MarkdownIt("commonmark").render(text) if path.suffix == ".md" else "<script" not in text
    with pytest.raises(VersionNotKept):
        describe_publication(settings, "../" + settings.warehouse_link.resolve().parent.name)


@pytest.mark.parametrize("value", ESCAPES)
def test_terminal_is_never_commanded(monkeypatch, value):
    for table_format in ("table", "csv", "json"):
        terminal = Terminal()
        monkeypatch.setattr("sys.stdout", terminal)
        print_rows([value], [(value,)], table_format)
        show_text(f"{value}\n")
        controls = re.sub("[\t\n]|\x1b\\[(?:0|1)m", "", terminal.getvalue())  # rich's own bold of a heading
        assert not re.search("[\x00-\x1f\x7f-\x9f]", controls)
    assert clean_text("two\n\tlines, 中文 and 🤗") == "two\n\tlines, 中文 and 🤗"


def test_programs_get_every_value_as_it_is(capsys):
    print_rows(["title"], [("=1+1",), ("\x1b[2J",), ('a,b\n"c"',)], "csv")
    assert capsys.readouterr().out == 'title\n=1+1\n\x1b[2J\n"a,b\n""c"""\n'


@pytest.mark.parametrize(
    "body",
    [
        "[x](javascript:alert(1))",
        "[x]( <javascript:alert(1)>)",
        "[x](\njavascript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java\\script:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](vbscript:x)",
        "[![x](javascript:a)](https://example.org)",
        "[x][y]\n\n[y]: javascript:alert(1)",
        "[x\\\\](javascript:alert(1))",
        "<javascript:alert(1)>",
        "<script>alert(1)</script>",
        "\\\\<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<!-- hidden --><a href='javascript:x'>y</a>",
    ],
)
def test_imported_report_holds_no_html_and_no_link_but_to_the_web(body):
    # Without the parser's own protection, which not every reader of Markdown has.
    markdown = MarkdownIt("commonmark")
    markdown.validateLink = lambda url: True
    html = markdown.render(str(write_body_markdown(body, "report:2025-12-25")))
    assert re.findall(r"(?:href|src)=\"(?!https?://)", html) == []
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "a", "em", "br", "img"}


def test_imported_report_keeps_its_links_to_the_web():
    body = (
        "See [the page](https://arxiv.org/abs/2512.00001), <https://example.org> and **bold** with a < 1 and \\[x\\]."
    )
    assert str(write_body_markdown(body, "report:2025-12-25")) == body


# What stands in an SQL text that Python puts together: our own names and constants, checked values, names that the
# published tables have, and paths and descriptions with quotes doubled.
KNOWN_PARTS = {
    "quote(path)", "quote(copy)", "quote(find_extension(name))", "key", "_hash_schema()", "STORAGE_VERSION",
    "SAMPLE_ROWS", "code", "schema", "name", "table", "old", "where", "until", "old_days", "side", "names", "marks",
    "unnested", "kind.noun", "kind.table", "query", "unread",
    # the search index
    "TEXTS_QUERY", "terms", "rank",
    # a lake
    "quote(file)", "quote(base)", "base", "build", "among", "database", "columns", "before", "macro.name", "target",
    "_literal(comment)", "_literal(macro.comment)", "what", "SPARED_DAYS", "KEPT_DAYS",
}  # fmt: skip


def test_sql_is_put_together_from_known_parts_only():
    """Values go by parameters. A new name here is a question to its author: can it come from outside?"""
    found = set()
    for file in (REPO / "plugins").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            is_query = isinstance(call, ast.Call) and getattr(call.func, "attr", "") in {
                "execute",
                "executemany",
                "sql",
            }
            if is_query and call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp):
                parts = (part for part in ast.walk(call.args[0]) if isinstance(part, ast.FormattedValue))
                found |= {ast.unparse(part.value) for part in parts}
    assert found == KNOWN_PARTS
