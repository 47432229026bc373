"""Plain text of a TeX formula, for the sources that have nothing else (Markdown, a formula without MathML)."""

import re

from .scripts import attach_script

MAX_FORMULA = 5_000  # characters; beyond it a formula is a picture or an attack, and is left out
_MAX_DEPTH = 30

_SYMBOLS = {
    "times": "×", "pm": "±", "mp": "∓", "cdot": "·", "approx": "≈", "sim": "~", "simeq": "≃", "equiv": "≡",
    "leq": "≤", "le": "≤", "leqslant": "≤", "geq": "≥", "ge": "≥", "geqslant": "≥", "neq": "≠", "ne": "≠",
    "ll": "≪", "gg": "≫", "lt": "<", "gt": ">", "uparrow": "↑", "downarrow": "↓", "rightarrow": "→", "to": "→",
    "leftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "mapsto": "↦", "infty": "∞", "partial": "∂",
    "nabla": "∇", "sum": "∑", "prod": "∏", "int": "∫", "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆",
    "cup": "∪", "cap": "∩", "emptyset": "∅", "forall": "∀", "exists": "∃", "ldots": "…", "dots": "…", "cdots": "…",
    "mid": "|", "vert": "|", "Vert": "‖", "|": "‖", "langle": "⟨", "rangle": "⟩", "circ": "∘", "prime": "′",
    "dagger": "†", "ddagger": "‡", "ast": "*", "star": "⋆", "bullet": "•", "checkmark": "✓", "triangle": "△",
    "propto": "∝", "oplus": "⊕", "otimes": "⊗", "odot": "⊙", "ell": "ℓ", "Delta": "Δ", "Gamma": "Γ", "Theta": "Θ",
    "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "Pi": "Π", "alpha": "α", "beta": "β",
    "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "textpm": "±", "texttimes": "×", "degree": "°",
    ",": " ", ";": " ", ":": " ", " ": " ", "quad": " ", "qquad": " ", "!": "", "%": "%", "$": "$", "#": "#",
    "&": "&", "_": "_", "{": "{", "}": "}", "-": "", "\\": " ", "/": "", "newline": " ",
}  # fmt: skip
# Commands that only set how the rest looks.
_SILENT = {
    "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "displaystyle",
    "textstyle", "scriptstyle", "limits", "nolimits", "rm", "bf", "it", "mathbf", "mathrm", "mathit",
    "mathcal", "mathbb", "mathsf", "mathtt", "mathfrak", "mathscr", "boldsymbol", "bm", "textbf", "textit",
    "textrm", "texttt", "textsf", "text", "mbox", "hbox", "operatorname", "mathop", "mathrel", "mathbin",
    "ensuremath", "mathord", "hat", "bar", "tilde", "vec", "overline", "underline", "widehat", "widetilde",
    "dot", "ddot", "boxed", "emph", "textsuperscript", "begin", "end", "nonumber", "notag", "small", "tiny",
}  # fmt: skip
_TOKEN = re.compile(r"\\([a-zA-Z]+\*?|.)\s*|\s+|[{}^_]|[^\\{}^_\s]+", re.DOTALL)


def render_tex(tex: str) -> str:
    """One line of text without backslashes: `71.2_{\\pm 0.3}` → `71.2±0.3`, `10^{-3}` → `10^-3`; "" if too long."""
    if len(tex) > MAX_FORMULA:
        return ""
    tokens = list(_TOKEN.finditer(tex))
    text, _ = _render_group(tokens, 0, 0)
    return re.sub(r"\s+", " ", text.replace("−", "-")).strip()


def _render_group(tokens: list[re.Match[str]], at: int, depth: int) -> tuple[str, int]:
    """Text up to the closing brace of this group, and the position behind it."""
    out: list[str] = []
    while at < len(tokens) and tokens[at][0] != "}":
        text, at = _render_one(tokens, at, depth)
        out.append(text)
    return "".join(out), at + 1


def _render_one(tokens: list[re.Match[str]], at: int, depth: int) -> tuple[str, int]:
    if at >= len(tokens) or depth > _MAX_DEPTH:
        return "", at + 1
    word, command = tokens[at][0], tokens[at][1]
    if word == "{":
        return _render_group(tokens, at + 1, depth + 1)
    if word in ("^", "_"):
        script, at = _render_argument(tokens, at + 1, depth)
        return attach_script(word, script), at
    if command in ("frac", "dfrac", "tfrac", "nicefrac"):
        over, at = _render_argument(tokens, at + 1, depth)
        under, at = _render_argument(tokens, at, depth)
        return f"{_wrap(over)}/{_wrap(under)}", at
    if command == "sqrt":
        inner, at = _render_argument(tokens, at + 1, depth)
        return f"√{_wrap(inner)}", at
    if command is None:
        return (" " if word.isspace() else word.replace("~", " ").replace("&", " ")), at + 1
    return ("" if command.rstrip("*") in _SILENT else _SYMBOLS.get(command, command.rstrip("*"))), at + 1


def _render_argument(tokens: list[re.Match[str]], at: int, depth: int) -> tuple[str, int]:
    """What a script or fraction takes: a group, one command, or a single character of a longer run."""
    while at < len(tokens) and tokens[at][0].isspace():
        at += 1
    if at < len(tokens) and tokens[at][1] is None and tokens[at][0] not in ("{", "^", "_") and len(tokens[at][0]) > 1:
        run = tokens[at][0]
        rest = list(_TOKEN.finditer(run[1:]))
        tokens[at : at + 1] = rest
        return run[0], at
    return _render_one(tokens, at, depth + 1)


def _wrap(text: str) -> str:
    return text if re.fullmatch(r"[\w.,]*", text) else f"({text})"
