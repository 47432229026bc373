"""The dbt project: its unit tests pass, its marts have keys, and everything public is described."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from paperhouse.publish import publish_build
from paperhouse.scope import Waiting, copy_scope, record_verdicts
from paperhouse.settings import REPO, Settings
from paperhouse.transform import run_dbt
from paperhouse.warehouse import open_published

MODELS = {path.stem: path for path in (REPO / "dbt_project" / "models").glob("*/*.sql")}
MARTS = sorted(name for name, path in MODELS.items() if path.parent.name == "marts")

WITHOUT_UNIT_TEST = {"paper_authors": "a selection of columns, no logic"}

# Reports, the demo and other people's queries rely on these names.
PROMISED_COLUMNS = {
    "papers": "paper_id title abstract published_at first_listed_date last_listed_date upvotes comment_count "
    "github_url github_stars project_url organization_id ai_summary primary_domain_id reading_source hf_url arxiv_url",
    "paper_listings": "listing_date paper_id position upvotes_at_listing first_observed_at submitted_at submitter "
    "delisted_at",
    "paper_observations": "paper_id observed_at upvotes comment_count github_stars",
    "paper_votes": "listing_date paper_id upvotes_at_d1 upvotes_at_d3 upvotes_at_d7 upvotes_after_d7 is_late_bloomer "
    "upvotes_per_day rank_at_listing rank_now observation_count last_observed_at",
    "paper_links": "paper_id kind linked_id position likes downloads total_count url observed_at",
    "authors": "author_id name",
    "paper_authors": "paper_id author_id author_position",
    "organizations": "organization_id name full_name",
    "domains": "domain_id parent_id level name_en name_zh path_en path_zh",
    "paper_domains": "paper_id domain_id source evidence score",
    "paper_readings": "paper_id paper_version reading_source reader language state reason domain_text contribution "
    "usage_guide innovations results claim_count dropped_claim_count text_sha256 generator read_at batch_id is_current "
    "is_shown",
    "paper_sentences": "paper_id reader reading_source section sentence_number text location",
    "paper_metrics": "claim_id paper_id paper_version section role metric value value_max value_text unit comparator "
    "kind direction method baseline baseline_value dataset evidence evidence_location reading_source extractor reader "
    "metric_id metric_name_en metric_name_zh unit_id delta delta_percent is_better",
    "imported_reports": "listing_date batch_id imported_at source envelope entry_count sha256",
    "imported_entries": "listing_date entry_number paper_id title layout",
    "unmatched_domain_labels": "label paper_count",
    "domain_agreement": "listing_date paper_count root_agreement branch_agreement",
    "domain_metrics_daily": "domain_id listing_date paper_count upvotes",
    "day_status": "listing_date state expected_count paper_count first_seen_at settled_at last_error reported_count "
    "unreported_paper_ids",
    "audit_results": "listing_date fetch_id suite check_name severity success observed run_id checked_at",
    "rejected_records": "listing_date fetch_id source reason payload",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def build_file(settings) -> Path:
    """Every model built from nothing: all tables exist, all are empty."""
    file = settings.build_dir / "warehouse.duckdb"
    file.parent.mkdir(parents=True)
    copy_scope(settings, file, [Waiting("no such fetch", date(2026, 1, 5), "", is_judged=False)])
    record_verdicts(settings, file, [])
    run_dbt(settings, file, "build", "--exclude", "resource_type:unit_test")
    return file


@pytest.fixture(scope="module")
def docs(build_file, tmp_path_factory) -> Path:
    """The folder of `dbt docs generate`."""
    folder, project = tmp_path_factory.mktemp("docs"), str(REPO / "dbt_project")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PAPERHOUSE_BUILD_DATABASE", str(build_file))
        outcome = dbtRunner().invoke(
            [
                *("--log-path", str(folder), "--log-level", "none", "docs", "generate", "--target-path", str(folder)),
                *("--project-dir", project, "--profiles-dir", project),
            ]
        )
    DuckDBConnectionManager.close_all_connections()
    assert outcome.success, outcome.exception
    return folder


@pytest.fixture(scope="module")
def manifest(docs) -> dict:
    return json.loads((docs / "manifest.json").read_bytes())


@pytest.fixture(scope="module")
def comments(settings, build_file) -> dict[str, dict[str, str]]:
    """Comments in the published file by table and column; the table's own stands under "(table)"."""
    copy = shutil.copyfile(build_file, settings.data_dir / "copy.duckdb")
    publish_build(settings, copy, base=None)
    with open_published(settings) as connection:
        rows = connection.execute("""
            select table_name, column_name, comment from duckdb_columns() where not internal
            union all
            select table_name, '(table)', comment from duckdb_tables() where not internal
        """).fetchall()
    tables = {}
    for table, column, comment in rows:
        tables.setdefault(table, {})[column] = comment
    return tables


def test_every_rule_of_the_models_holds(settings, build_file):
    run_dbt(settings, build_file, "test", "--select", "resource_type:unit_test")


def test_every_model_with_logic_has_a_unit_test(manifest):
    tested = {unit_test["model"] for unit_test in manifest["unit_tests"].values()}

    assert set(MODELS) - tested == set(WITHOUT_UNIT_TEST)


def test_every_model_and_seed_has_its_yml_beside_it():
    sources = [*MODELS.values(), *(REPO / "dbt_project" / "seeds").glob("*.csv")]

    assert [path.name for path in sources if not path.with_suffix(".yml").exists()] == []


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_has_a_key_test(manifest, mart):
    tests = {
        node["test_metadata"]["name"]
        for node in manifest["nodes"].values()
        if node.get("attached_node") == f"model.paperhouse.{mart}" and node.get("test_metadata")
    }

    assert tests & {"unique", "unique_rows"}


@pytest.mark.parametrize("mart", MARTS)
def test_the_first_line_of_a_mart_ends_with_its_grain(manifest, mart):
    first_line = manifest["nodes"][f"model.paperhouse.{mart}"]["description"].splitlines()[0]

    assert first_line.rpartition(". ")[2].startswith("One row per ")
    assert first_line.endswith(".")


@pytest.mark.parametrize("mart", MARTS)
def test_the_published_file_describes_a_mart_and_each_of_its_columns(comments, mart):
    assert [name for name, comment in comments[mart].items() if not comment] == []


@pytest.mark.parametrize("mart", MARTS)
def test_a_contract_fixes_the_columns_of_a_mart(manifest, mart):
    node = manifest["nodes"][f"model.paperhouse.{mart}"]

    assert node["contract"]["enforced"]
    assert any(column["constraints"] for column in node["columns"].values())


def test_the_published_file_holds_the_marts_and_nothing_else(comments):
    assert sorted(comments) == MARTS


@pytest.mark.parametrize("table", PROMISED_COLUMNS)
def test_the_columns_other_tools_rely_on_exist(comments, table):
    assert set(PROMISED_COLUMNS[table].split()) <= set(comments[table])


def test_dbt_docs_can_be_generated(docs):
    catalog = json.loads((docs / "catalog.json").read_bytes())
    assert {f"model.paperhouse.{mart}" for mart in MARTS} <= set(catalog["nodes"])
