"""Numbers: what was reported of a metric and on a benchmark; only what compares stands in one chart."""

import re
from datetime import date

import pytest
from fastapi.testclient import TestClient
from paperhouse.warehouse import open_published
from paperhouse.web.app import create_app
from paperhouse.web.pages.numbers import SERIES, split_points
from paperhouse.web.rows.number_rows import Asked, list_datasets, list_metrics, read_measures, read_points

from tests.conftest import build_body, make_item


@pytest.fixture(scope="module")
def warehouse(web_settings):
    with open_published(web_settings) as connection:
        yield connection


def read_rows(page):
    return re.findall(r"<tr>\n<td class=\"day-cell\">.*?</tr>", page, re.DOTALL)


def test_without_a_question_the_most_reported_metrics_and_benchmarks_come_first(pages, warehouse):
    page = pages.get("/numbers").text
    links = re.findall(r'href="/numbers\?dataset=&amp;metric=([\w%+-]+)"', page)
    assert links[0] == list_metrics(warehouse)[0]["key"] == "accuracy"
    counts = [row["paper_count"] for row in list_metrics(warehouse)]
    assert counts == sorted(counts, reverse=True)
    assert '<option value="ImageNet"' in page


def test_only_combinations_that_exist_are_offered(warehouse):
    for metric in list_metrics(warehouse):
        for dataset in list_datasets(warehouse, metric["key"]):
            assert read_measures(warehouse, Asked(dataset["key"], metric["key"]))


def test_form_takes_names_as_people_write_them(pages):
    titles = [
        re.search(r"<h1>(.*?)</h1>", pages.get("/numbers", params=asked).text)[1]
        for asked in ({"metric": "Accuracy", "dataset": " IMAGENET "}, {"metric": "accuracy", "dataset": "imagenet"})
    ]
    assert titles == ["Numbers: Accuracy · ImageNet"] * 2
    assert "准确率 · ImageNet" in pages.get("/numbers?metric=准确率&dataset=ImageNet&lang=zh").text


def test_each_number_has_paper_value_and_evidence_with_the_number_marked(pages):
    rows = read_rows(pages.get("/numbers?dataset=SWE-Bench Verified").text)
    assert rows
    for row in rows:
        assert re.search(r'href="/paper/[\d.]+#claim-\w+"', row)
        assert "<mark>" in row


def test_number_read_on_arxiv_leads_to_its_place(pages, warehouse):
    dataset, url = warehouse.execute("""
        select dataset, 'https://arxiv.org/html/' || paper_id || 'v' || paper_version || '#' || evidence_location
        from paper_metrics where reading_source = 'html' and regexp_matches(evidence_location, '^S') and dataset != ''
        order by claim_id limit 1
    """).fetchone()
    assert f'href="{url}"' in pages.get("/numbers", params={"dataset": dataset}).text


def test_numbers_of_another_kind_or_unit_stand_in_another_chart(pages, warehouse):
    measures = [row["measure"] for row in read_measures(warehouse, Asked(metric="accuracy"))]
    assert {"absolute %", "improvement %"} <= set(measures)
    totals = []
    for measure in measures:
        page = pages.get("/numbers", params={"metric": "accuracy", "measure": measure}).text
        totals.append(len(read_rows(page)))
        points = read_points(warehouse, Asked("", "accuracy", measure))
        assert len(points) <= totals[-1]
        assert ("chart.svg" in page) == (len(points) > 1)
    assert sum(totals) == sum(row["number_count"] for row in read_measures(warehouse, Asked(metric="accuracy")))


def test_chart_is_a_picture_for_wide_and_narrow_screens(pages):
    asked = {"metric": "accuracy", "measure": "improvement %"}
    for narrow in ({}, {"narrow": "1"}):
        chart = pages.get("/numbers/chart.svg", params=asked | narrow)
        assert (chart.status_code, chart.headers["content-type"]) == (200, "image/svg+xml")
        assert b"<script" not in chart.content
        assert b"ImageNet" in chart.content


def test_data_sets_with_few_results_share_a_colour():
    points = [
        {"dataset": name, "reported_on": date(2026, 1, 1), "comparable": 1.0}
        for name in ["often"] * 3 + [f"set {number}" for number in range(9)] + [""]
    ]
    series = split_points(points, "en")
    first, *_, last = series
    assert (first, last, len(series)) == ("often", "other or not named", SERIES + 1)
    assert sum(map(len, series.values())) == len(points)


def test_name_that_is_not_exact_leads_to_names_with_its_words(pages):
    page = pages.get("/numbers?metric=accu").text
    assert 'href="/numbers?dataset=&amp;metric=accuracy"' in page
    assert 'class="notice"' in page


def test_combination_that_nobody_reports_says_what_to_do(pages):
    assert "Leave one of the two fields empty" in pages.get("/numbers?metric=fid&dataset=imagenet").text


def test_page_beyond_the_end_leads_back(pages):
    assert "To its first page" in pages.get("/numbers?metric=accuracy&page=99").text


def test_warehouse_without_numbers_says_how_to_read_papers(settings):
    build_body(settings, "2026-01-05", [make_item("2601.00001")])
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        assert "paperhouse read" in client.get("/numbers").text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "'; drop table papers; --", "%", "x" * 9_000])
def test_hostile_name_is_text(pages, name):
    for asked in ({"dataset": name}, {"metric": name}):
        answer = pages.get("/numbers", params=asked)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
