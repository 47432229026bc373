"""The regular expressions of the number grammar."""

import re
from functools import cache

from .lexicon import (
    CLASSIFIERS_ZH,
    NUMBER_WORDS,
    SCALE_NOUNS_EN,
    SCALE_NOUNS_ZH,
    SETUP_NOUNS_EN,
    SETUP_NOUNS_ZH,
    SPELLED_NOUNS,
    UNITS,
)
from .terms import alternation

DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:[eE][-+−]?\d+)?|\.\d+"
POWER = r"(?:\s*[×x]\s*10\s*\^?\s*\{?\s*[-−–]?\d+\s*\}?)"
FACTOR = (
    r"(?:\s?(?:thousand|million|billion|trillion)\b|(?:[KkMBT](?![A-Za-z]))|\s?(?:万亿|千亿|"
    r"百亿|十亿|千万|百万|亿|万|千))"
)
SCIENTIFIC = r"10\s*\^\s*\{?\s*[-−–]?\d+\s*\}?"
NUMERALS_ZH = r"[一二两三四五六七八九十百]+(?:点[一二三四五六七八九零]+)?"
WORDS_EN = r"(?:" + "|".join(NUMBER_WORDS) + ")"
RANGE = r"\s*(?:-{1,2}|–|—|~|～|至|到|\bto\b)\s*"
UNIT_OF = {spelling: unit for unit, spellings in UNITS.items() for spelling in spellings.split("|")}


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    unit = alternation(UNIT_OF)
    digits = rf"(?:{SCIENTIFIC}|(?:{DIGITS}){POWER}?)"
    one = rf"(?P<low>{digits})(?P<low_factor>{FACTOR})?"
    high = rf"(?:(?:\s?(?P<low_unit>{unit}))?{RANGE}[$￥¥+−]?(?:-(?=\d))?(?P<high>{digits})(?P<high_factor>{FACTOR})?)?"
    nouns_en = alternation(SETUP_NOUNS_EN + SCALE_NOUNS_EN)
    return {
        "number": re.compile(
            rf"(?P<sign>[+−-](?=[\d.]))?(?P<money>[$￥¥]\s?)?{one}{high}(?:\s?(?:±|"
            rf"\+/-)\s?(?:{DIGITS}))?"
        ),
        "dims": re.compile(r"\d{2,5}(?:\s*(?:[×xX*]|times)\s*\d{2,5})+(?:\s*[×xX*]\s*\d+)?"),
        "unit": re.compile(rf"\s?-?(?P<unit>{unit})(?![A-Za-z0-9]|云|击)"),
        "per": re.compile(r"\s*(?:per|/|每)\s*(?P<what>[a-z]+|[\u4e00-\u9fff]{1,2})"),
        "numeral": re.compile(
            rf"(?<![第一二三四五六七八九十百\u4e4b])(?P<low>{NUMERALS_ZH})\s?(?:(?P<unit>倍|个百分点|百分点|个点)|"
            rf"(?P<count>个|项|种|张|名|位|类|组|层|步|轮|"
            rf"大)\s?(?P<noun>{alternation(SETUP_NOUNS_ZH + SCALE_NOUNS_ZH)}))"
        ),
        "word": re.compile(
            rf"\b(?P<low>{WORDS_EN})(?P<x>-?fold|\s+times)?(?:\s+(?P<points>percentage points|"
            rf"points))?(?:\s+(?:[a-z-]+\s+){{0,2}}?(?P<noun>{alternation(SPELLED_NOUNS)}))?\b",
            re.I,
        ),
        "doubling": re.compile(
            r"\b(?P<two>double[sd]?|doubling|twofold|twice)\b|\b(?P<three>triple[sd]?|tripling|"
            r"threefold)\b|(?P<fan>翻倍|翻番)",
            re.I,
        ),
        "noun_en": re.compile(
            rf"(?:-|\s+)(?:(?!(?:and|or|of|on|in|with|for|from|to|than|by|at|as|is|are|was|the|a|"
            rf"an|when|while|but|over|across|"
            rf"using)\b)[A-Za-z][\w\-/]*\s+){{0,2}}?(?P<noun>{nouns_en})\b"
        ),
        "noun_zh": re.compile(
            rf"(?P<value>\s?{alternation(CLASSIFIERS_ZH)}{{1,3}})?(?P<gap>[^，。,;；、\d()（）]{{0,14}}?)"
            rf"(?P<noun>{alternation(SETUP_NOUNS_ZH + SCALE_NOUNS_ZH)})"
        ),
        "classifier": re.compile(
            r"\s?(?!大幅|倍增)(?:" + "|".join(sorted(CLASSIFIERS_ZH, key=len, reverse=True)) + r"){1,3}"
        ),
        "before": re.compile(
            r"(?:(?P<up_to>up to|as much as|as many as|at most|no more than|a maximum of|maximum|"
            r"最高可达|最高达|最高|最多可达|最多|多达|高达|至多|最大|最长|不超过|不高于|≤|<=)"
            r"|(?P<about>about|around|approximately|approx\.|roughly|nearly|almost|some|circa|~|～|"
            r"≈|大约|约为|约|接近|将近|近)"
            r"|(?P<below>less than|lower than|fewer than|below|under|within|smaller than|<|"
            r"小于|低于|不到|不足|少于|未超过)"
            r"|(?P<above>more than|greater than|larger than|higher than|at least|over|above|"
            r"exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|>|≥|>=|超过了?|超出|超|逾|大于|高于|至少|不少于|不低于|突破))"
            r"(?:\s|可达|达到|达|an?\b|only)*[(（]?$",
            re.I,
        ),
        "after": re.compile(
            r"\s*(?:(?P<about>左右|上下)|(?P<below>以内|以下|之内|or less)|(?P<above>以上|or more|\+(?!\d)|"
            r"余(?!弦)|多(?=个|种|倍|项)))"
        ),
    }


# Digits that are dates, citations, references, p-values, ordinals or identifiers.
NOT_NUMBERS = re.compile(
    r"[（(][1-9][)）]|(?<![\d.])\d+/\d+(?![\d.])|\[\d+(?:\s*[,–-]\s*\d+)*\]|\b(?:19|"
    r"20)\d\d\s*年(?:\s*\d+\s*月(?:\s*\d+\s*日)?)?|\d+\s*月\s*\d+\s*日|\b\d{4}-\d{2}-\d{2}\b|"
    r"\b\d{4}\.\d{4,5}(?:v\d+)?\b|第\s*\d+(?:\.\d+)*\s*(?!\s*名)(?=\D|$)|"
    r"[表图式]\s*\d+(?:\.\d+)*|\b[pP]\s*[<=>]\s*[\d.e-]+|\bv\d+(?:\.\d+)*|"
    r"\b\d+(?:st|nd|rd|th)\b(?! (?:place|rank))|\b(?:et al\.?,? |in |\(|since |by |, "
    r")(?:19|20)\d\d[a-z]?\b(?!\s*(?:%|倍|GPU|[a-z]{4,}))|附录\s*[A-Z]?\.?[\d.]*|"
    r"(?:arXiv|doi)[:.]\S+|https?://\S+|https?：|\b(?:x|X)(?:\d)\b|步骤\s*\d|阶段\s*\d|[Ll]ayer \d+"
)
# An example in quotation marks; a number quoted alone still counts.
QUOTED = re.compile(r"“[^“”]{12,300}”|「[^「」]{12,300}」|(?<!\w)\"[A-Za-z][^\"]{12,300}\"(?!\w)")
RANK = re.compile(
    r"(?:第\s*(?P<n>\d+|[一二三四五六七八九十])\s*名|排名第\s?(?P<m>\d+|[一二三四五六七八九十])|(?:rank(?:s|ed|"
    r"ing)?|place[sd]?)\s+(?P<k>\d+)(?:st|nd|rd|th)|(?P<j>\d+)(?:st|nd|rd|th) place)"
)
TIER = re.compile(r"(?P<n>\d+|[二两三四五六七八九])\s*个\s*(?:梯队|等级|档次)")
