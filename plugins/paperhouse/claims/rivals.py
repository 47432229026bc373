"""Rivals without a name of their own: the noun phrase after a comparison ("than the teacher-forced variant")."""

import re
from collections.abc import Iterator

HEADS_EN = (
    r"(?:methods?|models?|baselines?|approach(?:es)?|systems?|agents?|algorithms?|counterparts?|variants?|"
    r"combinations|pipelines?|solvers?|architectures?|networks?|frameworks?|techniques?|strateg(?:y|ies)|"
    r"alternatives?|policy|policies|experts?|planners?|detectors?|decoders?|encoders?|optimi[sz]ers?|"
    r"aggregation|decoding|training|pre-?training|fine-?tuning|tuning|sampling|prompting|search|retrieval|"
    r"learning|optimization|regression|generation|modell?ing|supervision|clinicians|humans|players|"
    r"inference|attention|quantization|pruning|distillation|schemes?|designs?|setups?|solutions?|works?)"
)
STOP_EN = (
    r"(?!(?:and|or|of|on|in|with|without|for|from|to|than|by|at|as|is|are|was|were|has|have|that|which|when|"
    r"while|but|half|twice|double|one|two|three|those|any|all|it|its|time|ever|before|using|under|across|"
    r"the|an?|more|less|expected|previously|tasks?)\b)"
)
WORD_EN = rf"{STOP_EN}[A-Za-z][\w'’+/-]*"
THAT_OF = r"(?:(?:that|those)\s+of\s+)?(?:(?:the|an?|its|their|all|any|both|other|our)\s+){0,2}"
RIVAL_EN = re.compile(
    rf"\b(?:relative to|compar(?:ed|able) (?:to|with)|on par with|in (?:comparison|contrast) (?:to|with)|"
    rf"(?<!more )(?<!less )(?<!rather )"
    rf"(?<!fewer )than)\s+{THAT_OF}(?P<any>{WORD_EN}(?:\s+{WORD_EN}){{0,4}})"
    rf"|\b(?:gap (?:with|to)|over|against|versus|vs\.?|above|outperform\w*|surpass\w*|beat\w*|exceed\w*|fewer than|"
    rf"more than|"
    rf"less than)\s+{THAT_OF}(?P<headed>(?:{WORD_EN}\s+){{0,4}}?{WORD_EN}(?<!\w){HEADS_EN}\b|(?:{WORD_EN}\s+){{0,4}}?"
    rf"{HEADS_EN}\b)",
    re.I,
)
HEADS_ZH = (
    r"(?:方法|模型|配置|方式|系统|方案|策略|算法|框架|架构|基线|网络|设置|设定|版本|训练|解码|采样|注意力|水平|"
    r"记录|纪录|结果|技术|工作|手段|工具|流程|流水线|控制器?|检索器?|编码器|产品|做法|配方|智能体|变体|规划器|微调|量化|均值|平均值|随机)"
)
ABLATED = re.compile(r"(?:未|不|没有|无|移除|去掉|去除)")
NOUN_ZH = rf"(?:{ABLATED.pattern}[^，。；、,;：:（）()]{{1,30}}?|[^，。；、,;：:（）()\d]{{1,18}}?){HEADS_ZH}"
RIVAL_ZH = re.compile(
    rf"(?:与|和|同)(?P<pair>{NOUN_ZH})(?=相比|相较|对比|比较|差距)"
    rf"|(?:相比于?|相较于?|相对于?|优于|超越了?|超过了?|领先于?|强于|快于|不如)(?P<led>{NOUN_ZH})"
    rf"(?=[，。；,;（(]|$|\s*(?:平均|分别|显著|大幅|进一步|也|均|还|可|仅|约|提|高|增|降|减|下|加|快|慢|缩|节|领|实现|"
    rf"有|在|达|取))"
    rf"|(?<!对)(?:比|较)(?P<than>{NOUN_ZH})(?=\s*(?:平均|分别|显著|大幅|约|还|更|要)?(?:高|低|快|慢|多|少|好|强|优|提|增|"
    rf"降|减|出|领|缩|节))"
)


def find_rivals(text: str) -> Iterator[tuple[int, int]]:
    """Half-open places of the noun phrases that the sentence compares with, left to right."""
    for pattern in (RIVAL_EN, RIVAL_ZH):
        for m in pattern.finditer(text):
            group = m.lastgroup or ""
            start, end = m.span(group)
            while text[start].isspace():
                start += 1
            yield start, end
