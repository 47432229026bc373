"""What names look like, and what stands around them."""

import re

from .lexicon import (
    BASELINE_PHRASES_EN,
    BASELINE_PHRASES_ZH,
    REFERENCES,
    UNITS,
)
from .terms import alternation

TOKEN = re.compile(
    r"(?:\d+(?=[A-Za-z]))?[A-Za-z][A-Za-z0-9]*(?:[-–_./:@^'’](?=[A-Za-z0-9])[A-Za-z0-9]+)*\++|"
    r"(?:\d+(?=[A-Za-z]))?[A-Za-z][A-Za-z0-9]*(?:[-–_./@^](?=[A-Za-z0-9])[A-Za-z0-9]+)*"
)
VERSION = re.compile(
    r" (?:v?\d{1,2}(?:\.\d)?(?![\d.,]*\d|\s*(?:%|％|倍|x\b|×|个|points|percent|times|dB|ms|"
    r"s\b|秒|分|名|步|and\b|[–~至到-]))|(?:19|20)\d\d(?!\d)|500(?=\s*[(,.]|\s+and)|"
    r"\d+(?:\.\d+)?[BMK](?![A-Za-z]))(?:-[A-Za-z0-9]+)*"
)
NEXT_WORD = re.compile(
    r" (?:[A-Z][A-Za-z0-9]*(?:[-.+/][A-Za-z0-9]+)*|mini|nano|small|large|base|turbo|"
    r"test-\w+|(?:v|V)\d[\d.]*)(?![A-Za-z0-9])"
)
REFERENCE = re.compile(REFERENCES + r"\.?\s*[A-Z]?[\d.]*\d(?:[.\-–]\d+)*(?:\s*(?:,|and|to|–|-)\s*\d+)*(?![\d%x×])")
SIZE = re.compile(r"\d+(?:\.\d+)?[BM]$|-\d+(?:\.\d+)?[BM](?:-|$)")
SKIPPED_UNITS = (
    {u.strip() for spellings in UNITS.values() for u in spellings.split("|")}
    | set("KMBT")
    | {"dB"}
    | {"k", "th", "st", "nd", "rd", "s", "e", "D", "d", "p"}
)
PHRASE = re.compile(
    r"\b(?:(?:previous|prior|current|existing)\s+)?(?:state-of-the-art|SOTA|SoTA|existing|"
    r"previous|prior|strongest|best|leading|strong|competing|recent)"
    r"(?:\s+[\w-]+){0,3}?\s+(?:methods?|models?|baselines?|approach(?:es)?|systems?|works?|competitors?|agents?|algorithms?)\b"
    r"|(?:之前|此前|以往|先前|现有|当前|已有|其他|其它)的?(?:最先进|最优|最佳|最好|最强|主流|同类|开源|闭源)?的?(?:方法|模型|工作|系统|水平|结果|基线|SOTA)"
    rf"|\b{alternation(BASELINE_PHRASES_EN)}|{alternation(BASELINE_PHRASES_ZH)}"
)
# Shapes that look like names but only describe: 3D, 1080p, PIR-optimized.
NO_NAME = re.compile(
    r"\d+[dDpP]|[A-Z]|.*-(?:optimi[sz]ed|based|like|trained|tuned|style|level|only|aware|"
    r"free|driven|guided|specific|licensed|scale|shot|term)|\d+DoF"
)
VERB_AFTER = re.compile(
    r"(?:'s)?\s+(?:achiev|attain|reach|obtain|outperform|surpass|improv|reduc|rais|lower|"
    r"score|exceed|deliver|cut|set|yield|boost|match|run|need|resolv|retain|increas|"
    r"decreas|gain|beat|lift)"
)
ACTS_AFTER = re.compile(
    VERB_AFTER.pattern + r"|\s+(?:is|are|has|uses|takes|performs|shows|offers|provides|generates|requires|enables|"
    r"solves|ranks|gets|drops|falls|produces|maintains|preserves|wins|leads|consumes|remains)\b"
)
BASELINE_BEFORE = re.compile(
    r"(?:\b(?:than|over|against|vs\.?|versus|compared (?:to|with)|relative to|"
    r"outperform\w*|surpass\w*|exceed\w*|beat\w*|rather than|instead of|above|below|behind|ahead of|trail\w*|"
    r"lag\w*|leads?|leading|match(?:es|ing)?|rival(?:s|ing)|on par with|comparable (?:to|with)|improv\w+ "
    r"(?:over|upon))"
    r"(?: that of)?(?: (?!(?:on|in|by|with|for|of|and|to|from|when|while|is|"
    r"are)\b)(?:[a-z][\w-]*|SOTA|SoTA)){0,4}\s*"
    r"|(?:相比于?|相较于?|相对于?|对比|比|较|优于|超过了?|超越了?|超出|领先于?|高于|低于|强于|好于|快于|不如|逊于|落后于?|媲美|仅为|是|为|而非|而不是|vs\.?)"
    r"(?:\s|现有|传统|原始|基线|模型|标准|最强|最优|最佳|的|方法|未使用|未包含|没有|闭源|开源|商业级?|前代){0,4})[\s(（]*$",
    re.I,
)
# The cue may stand some words before the name: 比同等规模的 X, 相比未经微调的 X; not past a place or a verb.
FAR_BEFORE_ZH = re.compile(
    r"(?:相比于?|相较于?|相对于?|优于|超越了?|超过了?|领先于?|(?<!对)[比较](?![例率如大小高低强弱为]))"
    r"[^，。；、,;：:（）()在上将把使令让提升降增减达]{1,14}$"
)
IMPROVES_BEFORE = re.compile(r"\b(?:improv|boost|enhanc|accelerat)\w*\s+(?:the |all )?$")
IMPROVED_BEFORE_ZH = re.compile(r"(?:将|把|使)[^，。；,;]{0,8}$")
WITH_AFTER = re.compile(r"[^，。,;；]{0,16}?(?:相比|比较|对比|差距)")
COMBINED_AFTER = re.compile(r"\s*[^，。,;；]{0,6}(?:结合|集成|配合|搭配|联合)")
WITH_BEFORE = re.compile(r"(?:与|和|同|跟)[^，。,;；]{0,16}?$")
OF_RATIO_AFTER = re.compile(r"\s*的\s*(?:约|近|大约)?\s*(?:\d|[一二两三四五六七八九十]|几)")
ASIDE_BEFORE = re.compile(
    r"(?:\b(?:with|using|via|by|through|for|of|from|based on|like|as in|including|"
    r"e\.g\.,?|such as|and|in|under)(?: an?| the| only| both)?|(?:基于|采用|使用|利用|通过|搭载|结合|如|例如|"
    r"针对|借助)\s*(?:标准|的|混合|自回归|开源|预训练|现有|多个|大型|轻量级?|通用)*)\s*$"
)
EXAMPLE_BEFORE = re.compile(r"\b(?:like|such as|including|e\.g\.,?|as|and)\s*$")  # models like X achieve: a subject
INSIDE_ZH = re.compile(
    r"(?:在|于|上的)(?![^，。；]{0,60}(?:设置|架构|模型|GPU)[^，。；]{0,4}(?:上|下))[^，。；;]{0,60}?$"
)
END_ZH = re.compile(r"[^，。；;的]{0,50}?(?:数据集|基准|测试集|榜单|测试|任务|(?<!以)上(?!升|下|述|涨)|中(?!等|间))")
METRIC_AFTER = re.compile(r"\s+(?:accuracy|scores?|F1|precision|recall|error|rate)\b")
# How Chinese words for a measure end, listed or not.
MEASURE_ZH = (
    r"(?:(?<!幅)(?<!程)(?<!角)(?<!力)度|(?<!属)(?<!特)(?<!可能)性|率|力|误差|质量|得分|评分|分数|水平|体验|比例|占比|数量|次数|概率|占用|"
    r"(?P<worse>漂移|失真|偏差|差距|损失|功耗|能耗|成本|开销|时间|耗时|延迟|波动|噪声|冗余|干扰|误差累积|失败率))"
)
SHORT_OF_MEASURE = re.compile(MEASURE_ZH + r"[（(]$")
