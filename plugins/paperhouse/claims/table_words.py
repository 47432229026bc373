"""What the words of a table's headers are: metrics with their direction, data sets, splits, settings."""

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from .lexicon import DATASET_SHAPE, DATASETS, MODEL_FAMILIES
from .metric_names import DOWN, UP
from .number_patterns import UNIT_OF
from .terms import find_metrics
from .words import split_phrases

MAX_HEADER = 120  # characters; a longer header is a sentence

# Metrics that are too short or too plain to be taken from running text, but clear at the head of a column.
_UP_NAMES = split_phrases("""
    acc | accu | oa | aa | ma | macc | mean acc | avg. acc | top1 | top5 | top 1 | top 5 | prec | rec | p | r | f
    | f1 | j | g | j&f | hm | h-mean | hmean | harmonic mean | em | mc1 | mc2 | auc | mcc | kappa | c-index | tpr
    | tnr | tar | moda | modp | hota | assa | deta | loca | idf1 | mota | motp | amota | sap | corloc | nds | pq |
    sq | rq | miou | fb-iou | fwiou | biou | mdice | dsc | nsd | sdc | jaccard | jaccard index | s-measure |
    e-measure | pck | pckh | las | uas | smatch | srcc | src | plcc | krcc | ktcc | lcc | rho | tau | ra | corr |
    pcc | nss | cc | sim | r2 | mrr | map | ndcg | hr | fmr | rr | sr | osr | spl | gd | elo | win | win rate |
    ctr | votes | user score | q-score | ssim | ms-ssim | psnr | is | vmaf | mos | diversity | multimodality | csi
    | dist-1 | dist-2 | distinct-1 | distinct-2 | rouge-1 | rouge-2 | rouge-l | r-1 | r-2 | r-l | rl | bleu |
    bleu-1 | bleu-2 | bleu-3 | bleu-4 | b-1 | b-2 | b-3 | b-4 | b1 | b2 | b3 | b4 | meteor | cider | spice | chrf
    | comet | bs
""")
_DOWN_NAMES = split_phrases("""
    nme | ade | fde | minade | minfde | sad | grad | conn | epe | aepe | aee | f1-all | fl-all | f1-epe | mr | mnr
    | mdr | medr | miss rate | ids | idsw | id sw | frag | ser | eer | wer | cer | per | der | ter | ppl | nll |
    logloss | bpc | bpd | bpp | fid | kid | sfid | fvd | cd | emd | hd | hd95 | assd | asd | mae | mse | rmse |
    fmse | smape | mape | absrel | sqrel | abs rel | sq rel | rmse log | silog | ece | nfe | fpr | fpr95 | fnr |
    err | error | mce | lpips | dists | niqe | brisque | pi | mpjpe | pa-mpjpe | mpjae | pve | mpvpe | ate | rpe |
    offroad rate | collision rate | mm-dist | latency | time | runtime | regret | delay
""")
_SIZE = re.compile(
    r"(?:^|\W)(?:#\s*)?(?:params?|paras|parameters?|weights|flops?|gflops?|tflops|g?macs?|madds?|memory|mem|vram|"
    r"(?:model )?size|storage|gpu ?mem\w*|bops|#p)\b",
    re.I,
)
_SETTING = re.compile(
    r"#.*|no\.?|row|index|id|exp\.?|rank|year|dates?|venue|pub(?:\.|lication)?|ref(?:\.|erence)?|epochs?|iter\w*|steps?|"
    r"(?:input|image|img\.?)? ?(?:size|resolution|res\.?)|resol\.?|batch.*|lr|learning rate|seeds?|shots?|dim\w*\.?|"
    r"layers?|depth|width|heads?|pre-?train\w*.*|backbone|encoder|decoder|arch\w*\.?|extra data|data|training data|"
    r"train(?:ing)? set|sup\w*\.?|labels?|modalit\w+|type|category|code|device\w*|gpus?|hardware|optimi[sz]er|aug\w*|"
    r"input|views?|frames?|stages?|schedule|lr schd|patch size|window.*|crop.*|threshold|alpha|beta|gamma|lambda|"
    r"[αβγλτεδθ]|k|n|m|step|ratio|scale|beam.*|temperature|bits?|rate|len(?:gth)?",
    re.I,
)
_SPLIT = re.compile(
    r"(?:test|val|dev|train)\w*(?:[- ](?:dev|std|challenge|set|clean|other|[abc]|\d+))?|minival|valid(?:ation)?|seen|"
    r"unseen|public|private|easy|mod(?:\.|erate)?|medium|hard|full(?:set)?|comm(?:on)?\.?|chal(?:l|lenging|lenge)?\.?|overall|all|clean|final|"
    r"other|\d+-(?:shot|way|fold).*|x-?(?:sub|view|set)|cs|cv|zero-shot|few-shot|\d+(?:\.\d+)? ?%|[x×]\d|\d[x×]|"
    r"(?:in|out-of|cross)-\w+|base|novel|new|fold[- ]?\d|(?:single|multi)[- ]?scale(?: test\w*)?|ss|ms|inter-?\w+",
    re.I,
)
_MEAN = re.compile(r"(?:avg|ave|average|mean|overall|total|all)\b", re.I)
_DELTA = re.compile(
    r"[ΔδΔ∆]|\+/?-$|diff\b|(?:rel\.? |abs\.? )?(?:impr|gain|improv|increase|decrease|drop|reduction)\w*", re.I
)
_SHAPED = re.compile(
    r"(?:3d |bev |2d )?(?:m|w|s|box|mask|avg\.?)?[ -]?ap(?:[@_^ -]?(?:\d[\d.:-]*|[a-z]{1,4}))?|"
    r"ar(?:[@_^ ]?\d+|_?[sml])|[a-z]{1,10}[-_ ]?@[-_ ]?(?:\d[\d.k]*|k|n)(?:[ =].*)?|"
    r"top-?\s?\d+(?:[- ]acc\w*\.?)?|rank-?\d+|[\w-]*iou[\w%-]*|"
    r"(?:r|hits?|hr|ndcg|h|p|mrr|recall)@?\d{1,3}|(?:macro|micro|weighted|pair)[- ]?f-?1?|f-?[0-9.β]+(?:[- ]?score)?|"
    r"rouge[- ]?[\dl]\w*|bleu-?\d?|delta ?[\d._]+|δ\d?.*"
)
_NOT_LETTERS = re.compile(r"[↑↓⇑⇓▲▼%％()\[\]{}:*†‡⋆∗]")
_UNIT = re.compile(r"[(\[]\s?(?:in )?([^()\[\]]{1,9})\s?[)\]]")
_DATASET = re.compile(rf"(?:MS[ -])?{DATASETS}|.*{DATASET_SHAPE}|.*\b(?i:dataset|benchmark|corpus|test set)\b")
# Of physics, not of machines.
_QUANTITY = re.compile(r"\b(?:energy|power)\b(?! (?:consum|cost|effic|usage|draw))", re.I)
_FAMILIES = (
    (re.compile(r"R(?:OUGE)?-?(?=[12L]$)", re.I), "ROUGE-", {"l"}),
    (re.compile(r"B[-@]?(?=[1-4]$)"), "BLEU-", {"4"}),
)
_IN_FULL = {
    "oa": "overall accuracy",
    "aa": "average accuracy",
    "macc": "mean accuracy",
    "sr": "success rate",
    "absrel": "absolute relative error",
    "abs rel": "absolute relative error",
    "em": "exact match",
    "hm": "harmonic mean",
}
_DECORATION = " *():"


@dataclass(frozen=True)
class HeaderMetric:
    """A metric as a header spells it; `is_size` for parameters, compute and memory, which are no scores."""

    name: str
    direction: str | None
    is_size: bool = False
    unit: str | None = None


@lru_cache(maxsize=20_000)
def read_metric(text: str, is_column: bool = False) -> HeaderMetric | None:
    """The metric that a header names, or None. Arrows beat the lexicon; a column may say more than the metric."""
    if not text or len(text) > MAX_HEADER or not any(map(str.isalpha, text)):
        return None
    arrow = UP if re.search("[↑⇑▲]", text) else DOWN if re.search("[↓⇓▼]", text) else None
    in_brackets = _UNIT.search(text)
    unit = UNIT_OF.get(in_brackets[1].strip()) if in_brackets else None
    bare = text.replace(in_brackets[0], " ") if unit else text
    unit = "%" if re.search("[%％]", text) else unit
    name = " ".join(_NOT_LETTERS.sub(" ", bare).split()) or text
    plain = name.lower().rstrip(" .").strip("#- ")
    if _SIZE.search(text):
        return HeaderMetric(name, arrow or DOWN, True, unit)
    if plain in _list_names():
        return HeaderMetric(name, arrow or _list_names()[plain], False, unit)
    if _SHAPED.fullmatch(plain):
        return HeaderMetric(name, arrow or UP, False, unit)
    found = [metric for metric in find_metrics(name) if metric.dimension not in ("general", "count")]
    if found and not _QUANTITY.search(name):
        last = found[-1]
        is_acronym = len(name) <= 30 and any(map(str.isupper, name[last.start : last.end]))
        is_most = 2 * sum(metric.end - metric.start for metric in found) >= len(name)
        is_last = last.end == len(name) and not plain.endswith("loss")
        if is_most or (is_column and (is_last or (is_acronym and last.dimension in ("score", "error")))):
            return HeaderMetric(name, arrow or last.direction, last.dimension in ("size", "cost", "memory"), unit)
    return HeaderMetric(name, arrow, False, unit) if arrow and not is_setting(name) else None


@cache
def _list_names() -> dict[str, str]:
    return dict.fromkeys(_UP_NAMES, UP) | dict.fromkeys(_DOWN_NAMES, DOWN)


def spell_out(metric: HeaderMetric, heads: frozenset[str]) -> HeaderMetric:
    """The name without shorthand. R-1 is ROUGE-1 only beside R-L: a letter says little without its neighbours."""
    if metric.name.lower() in _IN_FULL:
        return replace(metric, name=_IN_FULL[metric.name.lower()])
    for short, full, telling in _FAMILIES:
        found = short.match(metric.name)
        if found and any(short.match(head) and short.sub("", head).lower() in telling for head in heads):
            return replace(metric, name=full + metric.name[found.end() :])
    return metric


def is_known_dataset(text: str) -> bool:
    """Whether a header names a data set by a well-known name, by its shape, or by saying so."""
    return len(text) <= MAX_HEADER and bool(_DATASET.match(text)) and not re.match(MODEL_FAMILIES, text)


def is_setting(text: str) -> bool:
    """Whether a header names what an experiment was set to (or a running number), not what came out."""
    return bool(_SETTING.fullmatch(text[:MAX_HEADER].strip(_DECORATION)))


def is_split(text: str) -> bool:
    """Whether a header is a part of a data set or a way of testing: "val", "1-shot", "Easy"."""
    return bool(_SPLIT.fullmatch(re.sub(r"\s?\(\+?[\w ]{1,12}\)$", "", text[:MAX_HEADER]).strip(_DECORATION)))


def is_mean(text: str) -> bool:
    """Whether a header says that its numbers are averages over the others."""
    return bool(_MEAN.match(text.strip(_DECORATION)))


def is_delta(text: str) -> bool:
    """Whether a header says that its numbers are differences."""
    return bool(_DELTA.match(text.strip(_DECORATION)))
