"""Secrets and choices for docker-compose.yaml, into `.env`: `make compose-init`. Needs nothing but Python.

What the file says already is kept, so it can hold your own settings too and the command can be given again.
"""

import os
import re
import secrets
import sys
from pathlib import Path

# Letters and digits: they stand in addresses.
MADE = {
    "COMPOSE_PROFILES": lambda: "celery",
    "TASK_EXECUTOR": lambda: "CeleryExecutor",
    "WAREHOUSE_TARGET": lambda: "lake",
    "POSTGRES_PASSWORD": lambda: secrets.token_hex(24),
    "REDIS_PASSWORD": lambda: secrets.token_hex(24),
}


def write_secrets(file: Path) -> list[str]:
    """Add what is missing to `file`, readable by its owner alone; return the names that were added."""
    kept = file.read_text() if file.exists() else ""
    missing = [name for name in MADE if not re.search(rf"^\s*(export\s+)?{name}\s*=", kept, re.MULTILINE)]
    if missing:
        lines = ["# For docker-compose.yaml, by make compose-init."] + [f"{name}={MADE[name]()}" for name in missing]
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
            output.write(kept + ("" if not kept or kept.endswith("\n") else "\n") + "\n".join(lines) + "\n")
        draft.replace(file)
    file.chmod(0o600)
    return missing


if __name__ == "__main__":
    target = Path(sys.argv[1])
    added = write_secrets(target)
    print(f"{target}: {'added ' + ', '.join(added) if added else 'has everything already, nothing was changed'}")
