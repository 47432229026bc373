"""From measurements to results.json and results.md: ratios first, each target with what became of it."""

import json
from collections.abc import Iterator

# Key → what it is, its unit, and the most it should be; None for a number without a target.
LINES = {
    "backfill_vs_empty": ("gated backfill over as many runs of empty tasks", "", 2.0),
    "rebuild_vs_floor": ("rebuild over the same files and SQL in plain DuckDB", "", 10.0),
    "day_cost_growth": ("cost of a day, longest history over shortest", "", 1.3),
    "load_vs_read_json": ("raw load of all files, in bulk, over DuckDB's read_json", "", 3.0),
    "load_each_vs_read_json": ("raw load as a run does it, a fetch at a time, over read_json", "", None),
    "query_p95_ms": ("ten typical queries on the full history, p95", "ms", 50.0),
    "query_p50_ms": ("the same, p50", "ms", None),
    "trigger_to_published_s": ("trigger to the day published", "s", 15.0),
    "trigger_to_end_s": ("trigger to the end of the run, report included", "s", None),
    "peak_rss_mb": ("the largest process, shared pages counted in each", "MB", 700.0),
    "days_per_minute": ("dates a minute in the backfill, all runs", "", None),
    "recorded_days_per_minute": ("days with a list a minute in it", "", None),
    "load_items_per_s": ("raw load in bulk", "items/s", None),
    "dbt_tests": ("dbt tests, data and unit", "", None),
    "expectations": ("expectations of Great Expectations", "", None),
}


def summarize(run: dict, measured: dict) -> dict:
    """Flat results first, then everything that was measured. `run` says of what: days, machine, versions."""
    backfill, empty, load, queries = (measured[name] for name in ("backfill", "empty", "load", "queries"))
    curve, seconds = measured["history"]["curve"], load["seconds"]
    minutes = backfill["seconds"] / 60
    peaks = backfill["peak_rss_mb"] | {"rebuild": measured["rebuild"]["peak_rss_mb"]}
    results = {
        "backfill_vs_empty": backfill["seconds"] / empty["seconds"],
        "rebuild_vs_floor": measured["rebuild"]["seconds"] / measured["floor"]["seconds"],
        "day_cost_growth": curve[max(curve)] / curve[min(curve)],
        "load_vs_read_json": seconds["bulk"] / seconds["read_json"],
        "load_each_vs_read_json": seconds["each"] / seconds["read_json"],
        "query_p95_ms": queries["p95_ms"],
        "query_p50_ms": queries["p50_ms"],
        "trigger_to_published_s": measured["trigger"]["published_s"],
        "trigger_to_end_s": measured["trigger"]["ended_s"],
        "peak_rss_mb": max(peaks.values()),
        "days_per_minute": backfill["runs"] / minutes,
        "recorded_days_per_minute": run["recorded_days"] / minutes,
        "load_items_per_s": load["items_per_s"]["bulk"],
        "dbt_tests": sum(run["dbt_tests_by_kind"].values()),
        "expectations": sum(run["expectations_by_suite"].values()),
    }
    results = {key: round(value, 2) for key, value in results.items()}
    return {
        **results,
        "targets_met": {key: results[key] <= most for key, (_, _, most) in LINES.items() if most is not None},
        "peak_rss_mb_by_process": peaks,
        "day_cost_history": [min(curve), max(curve)],
        **run,
        "details": measured,
    }


def list_warnings(results: dict) -> list[str]:
    """What makes a ratio unfair or a run smaller than the whole one; nothing of it may go unsaid."""
    measured = results["details"]
    warnings = []
    if results["quick"]:
        warnings.append("A quick run: fewer days than the targets speak of.")
    if results["source"] != "recorded days":
        warnings.append("Of the bundled sample days only: far fewer than the targets speak of.")
    if measured["rebuild"]["content_hash"] != measured["floor"]["content_hash"]:
        warnings.append("The floor did not make the content that the rebuild published, so rebuild_vs_floor is void.")
    if not measured["rebuild"]["equal_to_before"]:
        warnings.append("The rebuild published other content than the backfill did.")
    if measured["empty"]["runs"] != measured["backfill"]["runs"]:
        warnings.append("The empty backfill had another number of runs, so backfill_vs_empty is void.")
    return warnings


def format_results(results: dict) -> Iterator[str]:
    """Markdown, line by line: one table row a key, with its target and ✓ or ✗."""
    machine, (shortest, longest) = results["machine"], results["day_cost_history"]
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    yield (
        f"{results['recorded_days']} recorded days from {results['first_date']} to {results['last_date']}, "
        f"{results['runs']} runs with the dates between them; `day_cost_growth` is {longest} days of history over "
        f"{shortest}. Measured on {results['measured_at']}, {machine['cpu_count']} × {machine['cpu']}, "
        f"{machine['memory_gb']} GB, load {machine['load_at_start']} at the start. {versions}."
    )
    yield ""
    for warning in list_warnings(results):
        yield f"**{warning}**"
        yield ""
    yield "| measure | key | value | target | met |"
    yield "|---|---|--:|--:|:-:|"
    for key, (words, unit, most) in LINES.items():
        target = "" if most is None else f"≤ {most:g} {unit}".strip()
        met = "" if most is None else "✓" if results["targets_met"][key] else "✗"
        yield f"| {words} | `{key}` | {results[key]:g} {unit}".rstrip() + f" | {target} | {met} |"


def to_json(results: dict) -> str:
    return json.dumps(results, indent=1, ensure_ascii=False) + "\n"
