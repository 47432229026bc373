"""The optional reader: a language model writes the sections and selects the claims, from what our rules found.

It needs PAPERHOUSE_LLM_URL and PAPERHOUSE_LLM_MODEL and the package `openai`; without them papers are read keyless.
The model chooses words and bindings, never a number: what it names must stand in the paper. Nothing it says is run,
fetched or opened.
"""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ..errors import PaperhouseError
from ..read.document import Document, render_text
from ..settings import Settings
from ..storage import write_file
from .llm_answer import ANSWER_SCHEMA, ModelAnswer, ModelFailed, bind_claims, parse_answer, read_content
from .llm_checks import SourceText, keep_items, keep_sentences
from .llm_prompt import PROMPT_VERSION, Evidence, choose_evidence, hash_prompt, write_messages
from .reading import Reading

log = logging.getLogger(__name__)


def read_with_model(settings: Settings, document: Document, keyless: Reading) -> tuple[Reading, str | None]:
    """The model's reading and None, or the keyless one and why the model's could not be had.

    `keyless` is the rules' reading of the same document; its claims are the candidates. Without a configured model
    it comes back with None. An answer is kept: the same paper, text and question are never asked twice.
    """
    if not settings.llm_url:
        return keyless, None
    try:
        return _read(settings, document, keyless), None
    except PaperhouseError as error:
        log.warning("%s is read without the model: %s", keyless.paper_id, error)
        return keyless, str(error)


def _read(settings: Settings, document: Document, keyless: Reading) -> Reading:
    reader = f"llm-1:{settings.llm_model}"
    evidence = choose_evidence(document, keyless)
    if not evidence:
        raise ModelFailed("there is no text to show to a model; read the paper again when its abstract is there")
    messages = write_messages(document, evidence, keyless, settings.llm_language)
    file = _name_file(settings, keyless, messages)
    kept = _read_kept(file)
    if kept is None:
        kept = _ask(settings, keyless, messages)
        write_file(file, json.dumps(kept, ensure_ascii=False, indent=1).encode())
    answer = parse_answer(read_content(kept["answer"]))
    return _compose(document, keyless, evidence, answer, reader, settings.llm_language, kept["read_at"])


def _name_file(settings: Settings, keyless: Reading, messages: list[dict]) -> Path:
    prompt = hash_prompt(settings.llm_model, messages, ANSWER_SCHEMA)
    version = f"v{keyless.paper_version}" if keyless.paper_version else "v"
    name = f"{version}-{keyless.text_sha256[:16]}-{prompt[:32]}.json"
    return settings.landing_dir / "model_answers" / keyless.paper_id.replace("/", "_") / name


def _read_kept(file: Path) -> dict | None:
    """An answer kept before; a file that no longer holds one is asked for again."""
    try:
        kept = json.loads(file.read_bytes())
        parse_answer(read_content(kept["answer"]))
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        return None
    return kept


def _ask(settings: Settings, keyless: Reading, messages: list[dict]) -> dict:
    try:
        from .llm_call import ask_model  # the only module that needs the package openai
    except ModuleNotFoundError as missing:
        raise ModelFailed(f"a model needs {missing.name}; install it, or unset PAPERHOUSE_LLM_URL") from None
    reply = ask_model(settings, messages, ANSWER_SCHEMA)
    tokens = reply.tokens
    if flaw := _find_flaw(reply.content):
        repair = f"That is not the JSON object asked for ({flaw}). Answer again with the whole object alone."
        answered = {"role": "assistant", "content": reply.content or "{}"}
        reply = ask_model(settings, [*messages, answered, {"role": "user", "content": repair}], ANSWER_SCHEMA)
        tokens += reply.tokens
        if flaw := _find_flaw(reply.content):
            raise ModelFailed(
                f"{settings.llm_model} did not answer in the form asked for, twice: {flaw}; take a model that "
                "follows JSON schemas"
            )
    return {
        "paper_id": keyless.paper_id,
        "paper_version": keyless.paper_version,
        "text_sha256": keyless.text_sha256,
        "prompt_version": PROMPT_VERSION,
        "prompt_sha256": hash_prompt(settings.llm_model, messages, ANSWER_SCHEMA),
        "model": settings.llm_model,
        "language": settings.llm_language,
        "read_at": datetime.now(UTC).isoformat(),
        "tokens": tokens,
        "answer": reply.body,
    }


def _find_flaw(content: str) -> str | None:
    try:
        parse_answer(content)
    except ValueError as error:
        return " ".join(str(error).split())[:300]
    return None


def _compose(
    document: Document,
    keyless: Reading,
    evidence: list[Evidence],
    answer: ModelAnswer,
    reader: str,
    language: str,
    read_at: str,
) -> Reading:
    source = SourceText(render_text(document))
    claims, dropped = bind_claims(answer, evidence, source, reader)
    texts = {}
    for section in ("domain_text", "contribution"):
        texts[section], count = keep_sentences(source, getattr(answer, section))
        dropped += count
    for section, mark in (("usage_guide", "*   "), ("innovations", "{}.  "), ("results", "*   ")):
        items, count = keep_items(source, getattr(answer, section))
        texts[section] = "\n".join(mark.format(at) + item for at, item in enumerate(items, 1)) or None
        dropped += count
    return replace(
        keyless,
        reader=reader,
        language=language,
        sentences=(),  # its sentences are its own words; what stands in the paper is the claims' evidence
        claims=claims,
        dropped_claim_count=dropped,
        read_at=read_at,
        **texts,
    )
