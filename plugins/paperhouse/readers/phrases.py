"""The phrases by which English papers say what they did."""

import re

_ADVERB = (
    r"(?:(?:\w+ly|also|then|thus|hence|here|first|now|next|therefore|further|in turn|and|have|has|are|aim to|"
    r"seek to),? ){0,3}"
)
_PAPER = r"(?:paper|article|study|report|survey|thesis|letter|manuscript|review|tutorial|dissertation|note)"
WE = (
    r"(?<!from )(?<!in )(?<!of )(?<!by )(?:\b[Ww]e|\bI|\b[Oo]ur group|\b[Oo]ur team|"
    rf"\b(?:[Tt]his|[Oo]ur|[Tt]he (?:present|current)) (?:\w+ ){{0,2}}?(?:{_PAPER}|work)|\b[Tt]he {_PAPER})"
)
MAKE = (
    r"(?:propos|introduc|present|develop|design|devis|creat|construct|build|built|releas|unveil|formulat|describ|"
    r"contribut|open-?sourc|launch|curat|pioneer|put forward|deliver|offer|establish|advocat|outlin|provid|implement|"
    r"synthesi[sz]|reformulat|recast|reframe|theori[sz]|conceptuali[sz]|announc|share)\w*"
)
STUDY = (
    r"(?:stud(?:y|ies)|studied|expand|investigat|explor|examin|analy[sz]|address|tackl|revisit|survey|review|"
    r"show|demonstrat|prov(?:e|es)\b|"
    r"argu|consider|evaluat|compar|report|conduct|perform|deriv|extend|collect|train|aim|seek|identif|find|ask|"
    r"reveal|characteri[sz]|quantif|benchmark|discuss|generali[sz]|adapt|leverag|employ|combin|us(?:e|es)\b|"
    r"apply|appli|improv|enhanc|scal(?:e|es)\b|solve|bridge|cast|rethink|define|discover|unif|optimi[sz]|view|"
    r"integrat|adopt|attempt|try|take|challenge|learn|enabl|overcom)\w*"
)

MAKES = re.compile(
    rf"{WE},? {_ADVERB}{MAKE}(?! (?:\w+ ){0, 2}?(?:extensive|experiments?|results|ablations?|evidence|analyses|"
    rf"insights|guidelines|findings)\b)"
)
STUDIES = re.compile(rf"{WE},? {_ADVERB}{STUDY}")
# Any other deed of the authors, but not what they see, believe or hope.
DOES = re.compile(
    rf"{WE},? {_ADVERB}(?!observe|believe|note|see\b|hope|can\b|will|may|could|refer|know|need|also|then|find|"
    rf"found|show|are|is|was|were|has|have|do)[a-z]{{3,}}"
)
PRESENTED = re.compile(
    r"\b(?:is|are|be) (?:\w+ly )?(?:proposed|introduced|presented|developed|put forward|"
    r"described in this)\b(?! (?:as|by)\b)"
    r"|(?:^|, )(?:Presented|Introduced|Proposed) (?:here|in this)|\bhere is (?:proposed|presented)|"
    r"Introducing [A-Z]|Presenting [A-Z]"
)
IN_THIS = re.compile(
    r"\b[Ii]n (?:this|our|the present) (?:\w+ )?(?:paper|work|article|study|report|survey|letter|thesis)\b|"
    r"\b[Tt]his (?:paper|work|article|report|survey|study|thesis)\b|\b[Hh]ere,? we\b"
)
IS_A = re.compile(
    r"\b(?:is|are),? (?:an?|the first|our) (?:\w+[- ]){0,4}?(?:model|framework|method|system|dataset|"
    r"benchmark|approach|family|suite|series|upgrade|extension|version|variant|architecture|agent|toolkit|"
    r"library|algorithm|pipeline|paradigm|platform|corpus)s?\b|\b[A-Z][\w.+-]*,? (?:an?|the first) (?:novel|"
    r"new|simple|unified|open)"
)
NAMES_IT = re.compile(
    r"\b(?:called|named|termed|dubbed|coined|namely|titled|abbreviated|nicknamed|referred to as|we call)\b|"
    r"\([A-Z][\w-]*[A-Z][\w-]*\)|\b[A-Z]\w*(?:[A-Z]|-)\w*,? (?:an?|the first)\b"
)
NOVEL = re.compile(
    r"\b(?:novel|new|first|unified|simple|yet effective|large-scale|comprehensive|end-to-end|framework|"
    r"benchmark|dataset|method|approach|paradigm|architecture|family|systematic)\b"
)
PURPOSE = re.compile(r"\b(?:to|for|that|which|by|where)\b \w+")

ADDED = re.compile(
    r"\b(?:also|further|furthermore|additionally|moreover|in addition|finally|lastly|besides|secondly|second|"
    r"third|on top of that)\b",
    re.IGNORECASE,
)
WE_ADD = re.compile(r"\b[Ww]e (?:also|further|then|additionally|finally|next)\b")
ELABORATED = re.compile(
    r"\b(?:specifically|concretely|in particular|to (?:evaluate|validate|verify|demonstrate|support|"
    r"facilitate|assess))\b",
    re.IGNORECASE,
)
EVALUATION = re.compile(
    r"\b(?:experiment(?:s|al)?|evaluations?|results|ablations?|empirically|extensive|outperform\w*|surpass\w*|"
    r"achiev\w*|state-of-the-art|"
    r"demonstrate (?:the|its|that)|show that|validate|superiority|improvements over)\b|\d%",
)
BACKGROUND = re.compile(
    r"\b(?:[Rr]ecent(?:ly)?|[Ee]xisting|[Pp]revious(?:ly)?|[Pp]rior|[Cc]urrent(?:ly)?|[Cc]onventional|"
    r"[Tt]raditional|[Hh]owever|"
    r"has been|have been|has emerged|have emerged|have shown|has shown|have achieved|remains?|"
    r"often|[Ee]arly|[Ss]ome|typically|despite|lack)\b"
)
DANGLING = re.compile(
    r"(?:It|They|This|These|Those|Such|Their|Its|That|Both|Each|The (?:former|latter|second|third|resulting|"
    r"method|model|approach))\b"
    r"(?! (?:\w+ ){0,2}?(?:paper|work|article|study|report|survey|thesis|letter|manuscript|review|tutorial)\b)"
)
RELEASE = re.compile(
    r"\b(?:code|data ?sets?|models?|weights|checkpoints?|project (?:page|website))\b[^.]{0,60}\b(?:available|"
    r"releas\w+|at https?|open-?sourc\w+|found at)|https?://|github"
)
CONTRIBUTION_LIST = re.compile(
    r"\bcontributions?\b[^.]{0,80}(?:follow|summar|threefold|three-fold|twofold|two-fold|fourfold|three folds|"
    r"are|include|list|below|:$)|"
    r"\b(?:summari[sz]e|list|outline)\b[^.]{0,40}\bcontributions?\b|\bcontributions?\b[^.]*:|"
    r"\bfollowing\b[^.]{0,30}\bcontributions\b|"
    r"\b(?:main|key|major|core|primary) (?:innovations?|novelt(?:y|ies)|highlights|features|findings|"
    r"insights)\b[^.]*(?:follow|:$|summar)",
    re.IGNORECASE,
)
OUTLINE = re.compile(
    r"\b[Ii]n this (?:sub)?(?:section|chapter|appendix)\b|\b(?:remainder|rest|structure|outline) of (?:this|"
    r"the|our)\b|\b(?:organi[sz]ed|structured) as follows|\bin [Ss]ection \d|^(?:In )?Sec(?:tion|\.)\b",
    re.IGNORECASE,
)
VAGUE = re.compile(
    r"\b(?:several|two|three|four|some|many|various|the following|a series of) (?:\w+ ){0,2}?(?:innovations|"
    r"contributions|techniques|improvements|modifications|novelties|changes)\b"
)
