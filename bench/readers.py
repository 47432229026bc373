"""How fast papers are read: MB/s and peak memory of reading, and of the bare parse with the same parser.

    .venv/bin/python bench/readers.py [FOLDER …]

FOLDER holds papers as arXiv's HTML or as Markdown, at any depth; the recorded ones beside the repository by default,
else the bundled samples. Each measurement runs in a process of its own, over all papers, once.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

REPO = Path(__file__).parents[1]
RECORDED = REPO.parent / "shared" / "recorded"
WORKS = ("bare parse", "document", "document and claims", "whole reading")


def find_papers(folders: list[Path]) -> list[Path]:
    """HTML and Markdown files below the folders."""
    return sorted(file for folder in folders for file in folder.rglob("*") if file.suffix in {".html", ".md"})


def measure(work: str, papers: list[Path]) -> dict:
    """Do one kind of work on every paper; seconds, MB/s, peak memory in MB, and what came of the papers."""
    from paperhouse.claims.records import extract_from_document
    from paperhouse.read.html import read_html
    from paperhouse.read.limits import NotAPaper, PaperTooDeep, PaperTooLarge
    from paperhouse.read.markdown import read_markdown
    from paperhouse.readers.keyless import read_keyless
    from selectolax.lexbor import LexborHTMLParser

    outcomes: Counter[str] = Counter()
    bodies = [(paper.suffix, paper.read_bytes()) for paper in papers]
    started = time.perf_counter()
    for suffix, body in bodies:
        if work == "bare parse":
            LexborHTMLParser(body)
            continue
        try:
            document = read_html(body) if suffix == ".html" else read_markdown(body.decode("utf-8", "replace"))
        except (NotAPaper, PaperTooDeep, PaperTooLarge) as refusal:
            outcomes[type(refusal).__name__] += 1
            continue
        outcomes["read"] += 1
        if work == "document and claims":
            outcomes["claims"] += len(extract_from_document(document))
        elif work == "whole reading":
            about = {"paper_id": "0000.00000", "paper_version": None, "read_at": ""}
            read_keyless(document, **about, state="read", reason=None)
    seconds = time.perf_counter() - started
    size = sum(len(body) for _, body in bodies)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = round(size / 1e6 / seconds, 1)
    return {"work": work, "seconds": round(seconds, 1), "mb_per_s": rate, "peak_rss_mb": round(peak)} | outcomes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--work", choices=WORKS, help="measure this alone, in this process, and print JSON")
    options = parser.parse_args()
    default = [RECORDED / name for name in ("arxiv_html", "arxiv_md", "sota_html")] if RECORDED.is_dir() else []
    folders = options.folders or default or [REPO / "demo" / "arxiv_html", REPO / "demo" / "arxiv_md"]
    papers = find_papers(folders)
    if options.work:
        print(json.dumps(measure(options.work, papers)))
        return
    print(f"{len(papers)} papers, {sum(paper.stat().st_size for paper in papers) / 1e6:.1f} MB")
    for work in WORKS:
        command = [sys.executable, __file__, "--work", work, *map(str, folders)]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip(), flush=True)


if __name__ == "__main__":
    main()
