"""Rules about the files of the repository itself; prints every breach and exits 1 when there is one.

`make check` runs it. It reads what git tracks and changes nothing.
"""

import re
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).parents[1]
LIMITS = {"dags/*.py": 120, "plugins/**/*.py": 250, "dbt_project/models/**/*.sql": 120, "tests/**/*.py": 500}


def find_breaches() -> list[str]:
    """One line a breach."""
    listed = subprocess.run(["git", "ls-files"], cwd=REPO, capture_output=True, text=True, check=True).stdout
    files = [REPO / name for name in listed.splitlines() if (REPO / name).is_file()]
    return [
        *(breach for pattern, limit in LIMITS.items() for breach in find_long_files(files, pattern, limit)),
        *(breach for file in files for breach in find_words_of_one_machine(file)),
        *find_unlocked_requirements(),
    ]


def find_long_files(files: list[Path], pattern: str, limit: int) -> list[str]:
    matching = [file for file in REPO.glob(pattern) if file in files]
    counts = ((file, len(file.read_text().splitlines())) for file in matching)
    return [
        f"{file.relative_to(REPO)}: {count} lines, at most {limit}; is there a second job inside?"
        for file, count in counts
        if count > limit
    ]


def find_words_of_one_machine(file: Path) -> list[str]:
    """Paths of the machine it was written on, and tokens."""
    pattern = re.compile(rf"{re.escape(str(REPO))}|{re.escape(str(Path.home()))}/|\bhf_[A-Za-z]{{30,}}")
    try:
        lines = file.read_text().splitlines()
    except UnicodeDecodeError:
        return []
    return [
        f"{file.relative_to(REPO)}:{number}: {found[0]!r} holds only on one machine, or is a secret"
        for number, line in enumerate(lines, 1)
        if (found := pattern.search(line))
    ]


def find_unlocked_requirements() -> list[str]:
    """Every locked requirement has one version and hashes, and no address of an index."""
    breaches = []
    for file in sorted((REPO / "requirements").glob("*.txt")):
        text = file.read_text().replace("\\\n", " ")
        for line in filter(None, (line.split("#")[0].strip() for line in text.splitlines())):
            if "==" not in line or "--hash=sha256:" not in line or "://" in line:
                breaches.append(f"requirements/{file.name}: {line.split()[0]} is not locked by version and hash")
    return breaches


if __name__ == "__main__":
    found = find_breaches()
    print("\n".join(found) or "repository rules: nothing found")
    sys.exit(bool(found))
