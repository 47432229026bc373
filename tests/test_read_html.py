"""Pages of both LaTeXML generations become sections and sentences; hostile pages end in a named error."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paperhouse.errors import PaperhouseError
from paperhouse.read.abstract import read_abstract
from paperhouse.read.document import Document, render_text
from paperhouse.read.html import read_html
from paperhouse.read.limits import MAX_BYTES, NotAPaper, PaperTooDeep, PaperTooLarge
from paperhouse.read.sentences import split_sentences
from paperhouse.read.tex import render_tex

RECORDED = Path(__file__).parents[2] / "shared" / "recorded"

HEAD_2025 = (
    "<!DOCTYPE html><html><head><title>Walking Nets</title>"
    "<!--Generated on Mon Oct 13 10:50:08 2025 by LaTeXML (version 0.8.8) http://dlmf.nist.gov/LaTeXML/.-->"
    '<base href="/html/2510.00001v1/"></head><body><nav class="ltx_page_navbar">Contents 1 Walk</nav>'
)
HEAD_2026 = (
    '<!DOCTYPE html><html lang="en"><head><title>Walking Nets</title>'
    "<!--Generated on Thu Aug 13 08:00:00 2026 by latexml-oxide (version 0.7.0).--></head><body><header>Skip</header>"
)


def make_page(body: str, head: str = HEAD_2025) -> bytes:
    return (
        f'{head}<div class="ltx_page_main"><div class="ltx_page_content"><article class="ltx_document">'
        f'<h1 class="ltx_title ltx_title_document">Walking Nets</h1>{body}</article></div></div></body></html>'
    ).encode()


def make_paragraph(text: str) -> bytes:
    return make_page(
        '<section class="ltx_section" id="S1"><h2 class="ltx_title ltx_title_section">'
        '<span class="ltx_tag">1 </span>Walk</h2><div class="ltx_para" id="S1.p1">'
        f'<p class="ltx_p">{text}</p></div></section>'
    )


def make_math(alttext: str, presentation: str) -> str:
    annotation = f'<annotation encoding="application/x-tex">{alttext}</annotation>'
    return f'<math class="ltx_Math" alttext="{alttext}"><semantics>{presentation}{annotation}</semantics></math>'


def read_paragraph(text: str) -> str:
    [section] = read_html(make_paragraph(text)).sections
    return " ".join(sentence.text for sentence in section.sentences)


@pytest.mark.parametrize(("head", "maker"), [(HEAD_2025, "LaTeXML (version 0.8.8)"), (HEAD_2026, "latexml-oxide")])
def test_both_generations_give_title_abstract_sections_and_generator(head: str, maker: str) -> None:
    page = make_page(
        '<div class="ltx_authors">Ada Example</div><div class="ltx_abstract"><h6 class="ltx_title">Abstract</h6>'
        '<p class="ltx_p">Nets walk. They walk well.</p></div><section id="S1" class="ltx_section">'
        '<h2 class="ltx_title ltx_title_section"><span class="ltx_tag">1 </span>Walk</h2>'
        '<section id="S1.SS1" class="ltx_subsection"><h3 class="ltx_title">1.1 Steps</h3>'
        '<div class="ltx_para" id="S1.SS1.p1"><p class="ltx_p">One step. Two steps.</p></div></section></section>'
        '<section class="ltx_bibliography" id="bib"><p class="ltx_p">[1] Old work.</p></section>',
        head,
    )
    document = read_html(page)
    assert (document.title, document.abstract) == ("Walking Nets", "Nets walk. They walk well.")
    assert document.reading_source == "html"
    assert maker in (document.generator or "")
    assert [(s.id, s.heading, s.level) for s in document.sections] == [
        ("abstract", "Abstract", 1),
        ("S1", "1 Walk", 1),
        ("S1.SS1", "1.1 Steps", 2),
    ]
    assert [(s.id, s.text) for s in document.sections[2].sentences] == [
        ("S1.SS1.p1.s1", "One step."),
        ("S1.SS1.p1.s2", "Two steps."),
    ]


@pytest.mark.parametrize(
    ("alttext", "presentation", "text"),
    [
        (r"71.2\pm 0.3", "<mrow><mn>71.2</mn><mo>±</mo><mn>0.3</mn></mrow>", "71.2±0.3"),
        (r"71.2_{\pm 0.3}", "<msub><mn>71.2</mn><mrow><mo>±</mo><mn>0.3</mn></mrow></msub>", "71.2±0.3"),
        (r"10^{-3}", "<msup><mn>10</mn><mrow><mo>−</mo><mn>3</mn></mrow></msup>", "10^-3"),
        (r"\mathbf{71.2}", "<mn>𝟕𝟏.𝟐</mn>", "71.2"),
        (r"85.3^{\dagger}", "<msup><mn>85.3</mn><mo>†</mo></msup>", "85.3†"),
        (r"85.3^{1}", "<msup><mn>85.3</mn><mn>1</mn></msup>", "85.3^1"),
        (r"\frac{1}{2}", "<mfrac><mn>1</mn><mn>2</mn></mfrac>", "1/2"),
        (r"3\times 4", "", "3×4"),
    ],
)
def test_a_formula_is_read_once_and_from_one_line(alttext: str, presentation: str, text: str) -> None:
    assert read_paragraph(f"We get {make_math(alttext, presentation)} now.") == f"We get {text} now."


@pytest.mark.parametrize(
    ("tex", "text"),
    [(r"71.2_{\pm 0.3}", "71.2±0.3"), (r"10^{-3}", "10^-3"), (r"x^2y", "x^2y"), (r"\mathcal{L}_{\mathrm{CE}}", "L_CE")],
)
def test_tex_alone_reads_like_its_formula(tex: str, text: str) -> None:
    assert render_tex(tex) == text


def test_citations_footnotes_and_empty_brackets_leave_the_sentence() -> None:
    text = read_paragraph(
        'Nets walk<cite class="ltx_cite ltx_citemacro_cite">[<a class="ltx_ref">12</a>]</cite>, as known'
        ' (<cite class="ltx_cite ltx_citemacro_citep">Doe, 2020</cite>)'
        '<span class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">3</sup>See the code.</span>.'
    )
    assert text == "Nets walk, as known."


def test_a_citation_that_is_a_word_of_the_sentence_stays() -> None:
    cite = '<cite class="ltx_cite ltx_citemacro_citet">Doe et al. (2020)</cite>'
    assert read_paragraph(f"{cite} walk far.") == "Doe et al. (2020) walk far."


def test_an_unknown_command_keeps_its_name_without_backslash() -> None:
    assert read_paragraph('<span class="ltx_ERROR undefined">\\ours</span> wins.') == "ours wins."


@pytest.mark.parametrize(
    ("paragraph", "sentences"),
    [
        ("As Doe et al. (2020) show in Fig. 3 and Tab. 2, it works. We agree.", 2),
        ("We use e.g. BERT, i.e. a net. It has 3.5 M weights.", 2),
        ("It is denoted by X. We train it.", 2),
        ("Donald E. Knuth wrote it.", 1),
        ("It takes 200 ms. Then it stops! Does it? Yes.", 4),
        ("准确率达到 85.3%。速度提升 2.5 倍！这重要吗？是；当然。", 5),
        ("我们使用 Qwen2.5 模型。It works well. Really.", 3),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_ends_them(paragraph: str, sentences: int) -> None:
    found = split_sentences(paragraph)
    assert len(found) == sentences, found
    assert all(sentence in paragraph for sentence in found)


def test_text_around_a_display_formula_is_one_paragraph() -> None:
    page = make_page(
        '<div class="ltx_para" id="p1"><p class="ltx_p">The loss is</p><table class="ltx_equation ltx_eqn_table">'
        f"<tbody><tr><td>{make_math('L=1', '<mi>L</mi><mo>=</mo><mn>1</mn>')}</td></tr></tbody></table>"
        '<p class="ltx_p">where it is small.</p></div>'
    )
    document = read_html(page)
    assert [(s.id, s.text) for s in document.sections[0].sentences] == [
        ("p1.s1", "The loss is"),
        ("p1.s2", "where it is small."),
    ]
    assert document.tables == ()


def test_an_abstract_alone_is_a_document_that_says_so() -> None:
    document = read_abstract("A  title", "One thing. Another thing.")
    assert (document.title, document.reading_source, len(document.sections)) == ("A title", "abstract", 1)
    assert [s.text for s in document.sections[0].sentences] == ["One thing.", "Another thing."]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", NotAPaper),
        (b"%PDF-1.7 \x00\xff", NotAPaper),
        (b"<html><body><h1>No HTML for this paper</h1></body></html>", NotAPaper),
        (make_page(""), NotAPaper),
        (b"x" * (50 * 1_000_000), PaperTooLarge),
        (b"<p>" * (MAX_BYTES // 4), PaperTooLarge),
        (make_paragraph(". " * 1_000_000), PaperTooLarge),
        (b'<article class="ltx_document">' + b"<div>" * 1_000_000, PaperTooDeep),
        (b'<article class="ltx_document"><p class="ltx_p">' + b"<b>" * 400 + b"<p>x</p>" * 100_000, PaperTooDeep),
        (b"<p " + b" ".join(b"a%d" % number for number in range(100_000)) + b">", PaperTooDeep),
    ],
    ids=[
        "empty",
        "pdf",
        "error page",
        "no text",
        "50 MB",
        "tags",
        "endless paragraph",
        "nested",
        "unclosed styles",
        "attributes",
    ],
)
def test_what_is_no_readable_paper_ends_in_a_named_error(body: bytes, error: type[PaperhouseError]) -> None:
    with pytest.raises(error, match="abstract"):
        read_html(body)


def test_long_runs_of_marks_and_blanks_are_read_in_linear_time() -> None:
    noise = "." * 50_000 + " " * 500_000 + "(" * 50_000 + "<cite>[1]</cite>"
    assert read_paragraph(f"{noise} End.").endswith("End.")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mutilated_page_gives_a_document_or_a_named_error(data: st.DataObject) -> None:
    page = make_page(
        '<div class="ltx_abstract"><p class="ltx_p">Nets walk.</p></div><figure class="ltx_table" id="T1">'
        '<table class="ltx_tabular"><tr class="ltx_tr"><th class="ltx_td ltx_th" colspan="2">A</th></tr>'
        f'<tr class="ltx_tr"><td class="ltx_td" rowspan="3">{make_math("1.5", "<mn>1.5</mn>")}</td>'
        '<td class="ltx_td">2.5</td></tr></table><figcaption class="ltx_caption">Cap</figcaption></figure>'
    )
    cuts = data.draw(
        st.lists(st.tuples(st.integers(0, len(page)), st.integers(0, 40), st.binary(max_size=8)), max_size=6)
    )
    for at, length, replacement in cuts:
        page = page[:at] + replacement + page[at + length :]
    try:
        document = read_html(page)
    except PaperhouseError:
        return
    assert document == read_html(page)
    assert all(len(row) == len(table.rows[0]) for table in document.tables if not table.flaw for row in table.rows)


def read_recorded() -> list[tuple[Path, Document]]:
    paths = sorted([*RECORDED.glob("arxiv_html/*.html"), *RECORDED.glob("sota_html/*/*.html")])
    if not paths:
        pytest.skip(f"no recorded pages: {RECORDED} is not there, so real pages are not read")
    documents = []
    for path in paths:
        try:
            documents.append((path, read_html(path.read_bytes())))
        except NotAPaper:
            assert b"ltx_p" not in path.read_bytes().replace(b"ltx_page", b""), path
    return documents


def test_recorded_pages_are_read_without_doubled_formulas_and_with_unique_evidence() -> None:
    for path, document in read_recorded():
        source = path.read_text(errors="replace")
        text = render_text(document)
        sentences = [sentence for section in document.sections for sentence in section.sentences]
        assert len({sentence.id for sentence in sentences}) == len(sentences), path
        assert all(sentence.text in text for sentence in sentences), path
        for sentence in sentences:
            for at, character in enumerate(sentence.text):
                # A backslash is the authors' own: it stands in the source next to the same letter.
                assert character != "\\" or sentence.text[at : at + 3] in source, (path, sentence)
        for table in document.tables:
            assert table.flaw or not any("\\" in cell.text for row in table.rows for cell in row), (path, table.id)
