"""The words around a number that tell its kind and its role."""

import re
from functools import cache, lru_cache

from .lexicon import (
    DOWN_EN,
    DOWN_ZH,
    HYPERPARAMETERS,
    KEEP,
    ORIGINAL,
    UP_EN,
    UP_ZH,
)
from .numbers import Quantity
from .terms import alternation

FILLER_EN = (
    r"(?:\s|an?|the|on average|average|averaged|additional|additionally|further|another|"
    r"only|just|factor of|margin of|absolute|relative|significantly|of|total)*"
)
FILLER_ZH = r"(?:\s|了|出|达|近|平均|幅度|比例|仅|只|约|大约|分别|将近|最多|额外|又|绝对|相对|至少|进一步)*"
CLAUSE_END = re.compile(
    r"[，；;。：]|[,:](?=\s)|\b(?:and|but|while|whereas)\s+(?=(?:also\s+)?(?:reduc|improv|"
    r"rais|lower|cut|retain|achiev|attain|reach|increas|decreas|boost|"
    r"outperform|surpass|keep|preserv|maintain|deliver|run|need|requir|us(?:es|ing))\w*)"
)


@cache
def cues() -> dict[str, re.Pattern[str]]:
    up, down, up_zh, down_zh = map(alternation, (UP_EN, DOWN_EN, UP_ZH, DOWN_ZH))
    gain = r"(?:improvement|enhancement|gain|increase|boost|advantage|margin|lead|uplift|jump|"
    gain += r"increment|speed-?up|acceleration)s?"
    loss = r"(?:reduction|drop|decrease|decline|loss|degradation|saving|gap)s?"
    return {
        "verb": re.compile(rf"\b(?:(?P<up>{up})|(?P<down>{down}))|(?P<up_zh>{up_zh})|(?P<down_zh>{down_zh})"),
        "by": re.compile(rf"\bby{FILLER_EN}$"),
        "noun_of": re.compile(
            rf"\b(?:(?P<up>{gain})|(?P<down>{loss}))(?:\s+in\s+[\w\- ]{{1,30}}?)?,?\s+(?:of|is|was|"
            rf"in the range of|ranging from){FILLER_EN}$"
        ),
        "direct": re.compile(
            rf"(?:\b(?:(?P<up>{up})|(?P<down>{down}))(?:\s+(?:an?|about|on average))?|"
            rf"(?P<up_zh>{up_zh}){FILLER_ZH}|(?P<down_zh>{down_zh}){FILLER_ZH}|"
            rf"(?P<up_width>[提涨增升]\S{{0,2}}幅度?){FILLER_ZH}(?:为|达到?)?|(?P<down_width>(?:下?降|"
            rf"减)\S{{0,2}}幅度?){FILLER_ZH}(?:为|达到?)?)\s*$"
        ),
        "level": re.compile(
            r"(?:\bto|\bof|\bis|\bare|\bwas|\bat|\breach\w*|\bachiev\w*|\battain\w*|\bobtain\w*|至|"
            r"到|为|是|达到了?|可达|取得了?|获得了?|实现了?|在)(?:\s|only|just|about|an?|了|约|仅|只有)*$"
        ),
        "after": re.compile(
            rf"(?:\s*|-)(?:(?:absolute|relative|average|overall|more|accuracy|performance|"
            rf"point)\s+)*(?:\(\w+\)\s*)?(?:(?P<up>{gain}|higher|better|above|faster|more(?! than)|larger|bigger|"
            rf"heavier|"
            rf"ahead|below|behind|greater|longer)|(?P<down>{loss}|lower|less|fewer|smaller|shorter|"
            rf"worse|cheaper|slower))\b"
        ),
        "judges": re.compile(
            r"\s*of (?:the |all |our )?(?:human )?(?:raters|users|annotators|participants|evaluators|judges|experts)"
        ),
        "part_of": re.compile(r"\s*的\s*"),
        "equals": re.compile(r"(?:是|为|相当于|仅需?|只有|只需|约)\s*$"),
        "margin": re.compile(r"\bby (?:an? )?\w+ margins?\b[^:;]*:[^:;]*$"),
        "over": re.compile(r"\s+(?:over|above|ahead of)\s+(?:the\s+|all\s+)?"),
        "after_noun": re.compile(
            rf"\s+(?:(?!(?:with|without|of|in|on|and|or|to|for|by|the|at|than|from|over|while|when|"
            rf"as)\b)[\w\-@]+\s+){{1,3}}?(?:(?P<up>{gain})|(?P<down>{loss}))\b"
        ),
        "after_zh": re.compile(
            r"\s*(?:[（(][^（）()]{1,20}[）)])?(?:的[^，。；,;\d]{0,14}?|[^，。；,;\d的]{0,4}?)(?:(?P<up>提升|"
            r"提高|增益|改进|增长|优势|涨幅|提速|领先)|(?P<down>下降|降低|减少|损失(?!差)|降幅|节省|压缩|衰减|退化))(?!了|至|到)"
        ),
        "past_name": re.compile(
            rf"(?:(?P<up>{up_zh})|(?P<down>{down_zh}))了?\s*$|"
            r"\b(?P<ahead>outperform|surpass|beat|exceed)\w*\s+(?:the |all )?$"
        ),
        "keep": re.compile(
            rf"(?:{alternation(KEEP.split())})(?![^，。,;；]*(?:提升|提高|增加|改善))[^，。,;；]{{0,40}}$"
        ),
        "original": re.compile(rf"\s*(?:的)?\s*(?:{ORIGINAL})"),
        "of_original": re.compile(r"(?:原来|原始|原有|基线|原|全量|全精度|baseline)\S{0,6}的\s*$"),
        "hyper": re.compile(
            rf"(?:{alternation(HYPERPARAMETERS)})(?:\s|rate|of|is|are|was|to|set|=|:|at|with|and|a|"
            rf"设置?|定|固定|取|为|比例|参数|大小|约|（|[(])*$",
            re.I,
        ),
        "share": re.compile(
            r"\s*(?:of (?:the |all |its |our )?(?:[\w-]+ ){0,3}?(?:data|labels?|labell?ed|training|parameters|"
            r"tokens|time|samples|weights|annotations)|sparsity|mask|dropout|confidence|labell?ed|"
            r"的[^，。；,;\d]{0,6}(?:数据|token)|[^，。；,;\d的]{0,6}数据|的?(?:标注|训练|有标签|标签|可用|预训练|合成)?(?:数据|样本|标签|参数|密度|噪声|遮挡|缺失|剪枝|稀疏|置信|掩码|词元|token|层|"
            r"权重))"
        ),
        "cases": re.compile(
            r"\s+on (?:the )?[A-Z][\w-]+\b|"
            r"\s*of (?:the |all |its |these |those |our )?(?:[\w-]+ ){0,2}?(?:cases|tasks|questions|problems|"
            r"trials|queries|"
            r"examples|time|instances|comparisons|games|attempts|scenarios|prompts|issues|solutions|episodes|pairs|inputs)\b|"
            r"\s*的(?:[^，。；,;\d]{0,6})(?:情况|任务|问题|案例|场景|题目|样例|测试用例|查询|请求)|的[^，。；,;\d]{1,6}(?:位于|落在|被|满足|通过|能)"
        ),
        "media": re.compile(
            r"\s?-?\s?的?(?:长的?)?(?:long|video|clip|audio|speech|music|context|window|视频|音频|片段|语音|"
            r"音乐|上下文|录音|素材|input|sequence|[^，。；,;]{0,6}(?:数据|视频|音频|语音|录音))"
        ),
        "scaling": re.compile(
            r"\s*(?:up-?sampl|down-?sampl|super-?resolution|magnif|zoom|bicubic|上采样|下采样|超分|放大|缩放|"
            r"降采样|spatial|temporal|expansion)"
        ),
        "training": re.compile(r"\b(?:train|pre-?train|fine-?tun)\w*|训练|微调|collect|采集|标注", re.I),
        "takes": re.compile(
            r"(?:only|just|within|in|needs?|requires?|takes?|taking|需要?|只需|仅需|仅用|只用|仅|在|低至|缩短至|"
            r"控制在|花费|可在|内)(?:\s|了|约|about|an?|average of)*$"
        ),
        "score": re.compile(
            r"(?:\bscor(?:es?|ing|ed)|\bachiev\w*|\breach\w*|\battain\w*|\bobtain\w*|\brecord\w*|"
            r"\bget(?:s|ting)?|得分|达到了?|取得了?|获得了?|高达|得到了?)(?:\s|an?|of|about|为|约|是)*$"
        ),
        "outcome": re.compile(
            r"\b(?:achiev|reach|attain|obtain|yield|scor|deliver|report|record|succe|result|"
            r"exceed|surpass|outperform|accuracy|up to|detect|identif|recogni[sz]|answer|correct|captur|complet|"
            r"fail|refus|"
            r"recover|agree|solv|win|recall)\w*|达到|取得|实现|获得|表现|仅有|只有|高达|可达|结果|为"
        ),
    }


def clause_bounds(text: str, q: Quantity) -> tuple[int, int]:
    """Half-open place of the clause around a quantity."""
    ends = find_clause_ends(text)
    start = max((end for _, end in ends if end <= q.start), default=0)
    return start, min((place for place, _ in ends if place >= q.end), default=len(text))


@lru_cache(maxsize=4)
def find_clause_ends(text: str) -> tuple[tuple[int, int], ...]:
    """The places between the clauses of a sentence; every quantity of it asks for them."""
    return tuple(m.span() for m in CLAUSE_END.finditer(text))
