"""The closed word lists of the claim rules, except the metric names; ordinary words of the field, no paper's own."""

from .words import split_phrases, split_words

UNITS = {  # spelling after a number -> unit of the claim
    "%": "%|％|percent|per cent",
    "points": "percentage points|percentage point|percent points|absolute points|points|point|pts|"
    "pp|个百分点|百分点|个点|点",
    "x": "x|×|X|倍|times|-fold|fold",
    "ms": "ms|msec|milliseconds|millisecond|毫秒",
    "us": "μs|µs|us|microseconds|微秒",
    "s": "s|sec|secs|second|seconds|秒|秒钟",
    "min": "min|mins|minute|minutes|分钟",
    "h": "h|hr|hrs|hour|hours|小时|个小时",
    "days": "day|days|天",
    "weeks": "week|weeks|周",
    "months": "month|months|个月",
    "years": "years|岁|年",
    "GPU days": "GPU days|GPU-days|GPU day|GPU 天",
    "GPU hours": "GPU hours|GPU-hours|GPU hour|A100 hours|H100 hours|GPU 小时|GPU小时|卡时",
    "FPS": "FPS|fps|frames per second|frames/s|帧/秒|帧每秒",
    "s/frame": "s/frame|sec/frame|seconds per frame|seconds/frame|秒/帧|s/帧|秒每帧",
    "tokens/s": "tokens/s|tok/s|tokens/sec|tokens per second|token/s|tokens/second|token/秒|tokens/秒",
    "samples/s": "samples/s|samples/sec|samples per second|images/s|imgs/s|images per second|张/秒",
    "QPS": "QPS|requests/s|requests per second",
    "Hz": "Hz",
    "kHz": "kHz",
    "GB": "GB|GiB|G 显存|GB 显存",
    "MB": "MB|MiB",
    "TB": "TB",
    "KB": "KB|kB",
    "dB": "dB",
    "TFLOPs": "TFLOPs|TFLOPS",
    "GFLOPs": "GFLOPs|GFLOPS",
    "FLOPs": "FLOPs",
    "kWh": "kWh",
    "W": "W",
    "mm": "mm|毫米",
    "cm": "cm|厘米",
    "m": "m|米",
    "USD": "美元|dollars|USD",
    "CNY": "元",
    "px": "px|pixels|pixel|像素",
    "bits": "bits|bit|比特",
    "score": "分",
}
TIME = {"ms", "us", "s", "min", "h", "days", "weeks", "months", "GPU hours"}
MEMORY = {"GB", "MB", "TB", "KB"}
SPEED = {"FPS", "s/frame", "tokens/s", "samples/s", "QPS", "Hz"}
DIMENSIONS = dict.fromkeys(TIME, ("time", "speed")) | dict.fromkeys(SPEED, ("speed", "time"))
DIMENSIONS |= dict.fromkeys(MEMORY, ("memory", "size")) | dict.fromkeys(("USD", "CNY", "kWh", "W"), ("cost",))
DIMENSIONS |= dict.fromkeys(("TFLOPs", "GFLOPs", "FLOPs"), ("cost",)) | {
    "dB": ("score", "error"),
    "m": ("error",),
    "cm": ("error",),
    "mm": ("error",),
    "rank": ("rank",),
}
DIRECTION_OF_UNIT = dict.fromkeys(TIME | MEMORY | {"USD", "CNY", "s/frame", "rank"}, "lower_better")
DIRECTION_OF_UNIT |= dict.fromkeys(SPEED - {"s/frame"}, "higher_better")


def dimensions_of(unit: str | None) -> tuple[str, ...] | None:
    """What kinds of metric a unit can measure; None where any can. USD/image counts as USD."""
    unit = unit or ""
    return DIMENSIONS.get(unit) or DIMENSIONS.get(unit.split("/")[0])


FACTORS = {
    "K": 1e3, "k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12, "thousand": 1e3, "million": 1e6, "billion": 1e9,
    "trillion": 1e12,
    "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12,
}  # fmt: skip
NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
DIGITS_ZH = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}

# What is counted. A count never is a result by itself; a change of it may be.
SETUP_NOUNS_EN = split_words("""
    GPUs GPU TPUs TPU cards nodes node workers layers layer heads head blocks epochs epoch steps step iterations
    iteration rounds turns turn seeds seed frames frame shots bits experts trials runs warmup updates
    demonstrations examples-in-context
""")
SCALE_NOUNS_EN = split_words("""
    datasets dataset benchmarks benchmark samples sample examples images image videos video clips clip questions
    question queries pairs pair triplets tasks task domains domain languages language models model systems
    system documents document papers pages sentences utterances hours trajectories episodes scenes scene objects
    categories category classes class instances instance problems problem prompts prompt participants annotators
    experts-in users people repositories issues tools tool environments environment conversations dialogues
    subjects countries entries records annotations instructions parameter parameters params tokens token words scenarios
    settings topics fields families baselines agents LLMs VLMs MLLMs metrics robots species cities patients
    volunteers evaluators raters checkpoints vision-language-models points-clouds
""")
# Things that are worth counting when the number is spelled out ("two questions remain" is not).
SPELLED_NOUNS = split_words("""
    datasets benchmarks languages models domains tasks GPUs seeds layers metrics annotators participants experts
""")
SETUP_NOUNS_ZH = split_words("""
    GPU 显卡 卡 层 头 步 轮 轮次 epoch 次 帧 比特 节点 服务器 种子 注意力头 专家网络 TPU NPU block step
""")
SCALE_NOUNS_ZH = split_words("""
    数据集 基准 任务 样本 图像 图片 视频 问题 题目 题 问答对 对 领域 语言 语种 模型 系统 文档 论文 句子 小时
    轨迹 场景 物体 类别 实例 提示词 参与者 标注员 用户 仓库 工具 环境 对话 国家 条目 指令 参数 token tokens
    Token Tokens 上下文 专家 志愿者 学科 主题 维度 指标 智能体 机器人 城市 患者 器官 图像块 片段 文件 网页 数据
    条 张 份 名 支 队伍 方法 大类 子集 物种 LLM VLM VLMs LLMs MLLM
""")
CLASSIFIERS_ZH = split_words("""
    个 项 种 张 条 块 名 位 款 类 组 道 台 篇 段 对 支 份 层 步 轮 次 帧 卡 幅 例 家 座 枚 倍 国 万 余 多 大
""")

# A number that belongs to one of these describes the experiment.
HYPERPARAMETERS = split_phrases("""
    learning rate | batch size | batch sizes | weight decay | dropout | dropout rate | warmup | warm-up |
    momentum | temperature | top-p | top-k | hidden size | hidden dimension | embedding dimension | group size |
    window size | patch size | chunk size | rank r | lora rank | seed | seeds | mask ratio | masking ratio |
    sparsity | sampling rate | threshold | clip range | kl coefficient | discount factor | guidance scale |
    cfg scale | resolution | input resolution | image size | context | maximum length | max length | stride |
    beam size | bit width | confidence | confidence interval | significance level | alpha | beta | gamma |
    lambda | epsilon | coefficient | ratio of | split | 学习率 | 批大小 | 批次大小 | 批量大小 | 权重衰减 |
    丢弃率 | 预热 | 动量 | 温度 | 窗口大小 | 窗口 | 分块大小 | 步长 | 阈值 | 掩码率 | 掩码比例 | 掩码 | 稀疏度 |
    稀疏率 | 采样率 | 分辨率 | 维度 | 隐藏层 | 随机种子 | 置信度 | 置信区间 | 显著性水平 | 系数 | 权重 | 占比 |
    占 | 比例为 | 裁剪 | 最大长度 | 束宽 | 位宽 | 秩
""")

UP_EN = split_words("""
    improves improve improved improving increases increase increased increasing raises raise raised raising
    boosts boost boosted boosting gains gain gained gaining enhances enhance enhanced enhancing lifts lift
    lifted lifting rises rise rose rising grows grow grew growing outperforms outperform outperformed
    outperforming surpasses surpass surpassed surpassing beats beat beating improvement improvements higher
    better above ahead faster more larger advantage increment lags lag trails trailing behind below lead leads
    leading uplift jump jumps jumped speedup margin margins longer greater accelerates accelerate
""")
DOWN_EN = split_words("""
    reduces reduce reduced reducing decreases decrease decreased decreasing lowers lowered lowering cuts cut
    cutting drops drop dropped dropping shrinks shrink shrinking shrank falls fall fell falling declines decline
    declined declining saves save saved saving savings loses lose lost degrades degrade degraded degradation
    reduction reductions less fewer smaller lower shorter worse loss cheaper slower deterioration shortens
    shorten shortened shortening
""")
UP_ZH = split_words("""
    提升 提高 增加 增长 高出 高 超出 超过 超越 领先 落后 优于 上升 上涨 增益 改进 改善 增强 快 加速 提速 增幅
    涨幅 提升幅度 胜出 涨 增 多 优势 好 强 扩大
""")
DOWN_ZH = split_words("""
    减少 降低 下降 缩短 压缩 节省 节约 削减 缩小 减小 下跌 跌 损失 降 降幅 少 低 恶化 减 衰减 退化 下滑 减轻 差
    缩减 掉
""")

KEEP = (
    "retain retains retaining retained preserve preserves preserving preserved maintain "
    "maintains maintaining recover recovers keep keeps keeping 保留 保持 维持 恢复 达到原"
)
ORIGINAL = (
    "of the original|of its original|of the full|of full|of the baseline|of the dense|of "
    "the teacher|原始|原模型|原有|原来的|基线的"
)
BASELINE_PHRASES_EN = split_phrases("""
    strongest baseline | best baseline | previous best | prior best | second best | second-best | runner-up |
    baseline model | baseline models | baselines | baseline | existing methods | existing approaches |
    prior methods | prior work | previous methods | previous work | prior art | previous state-of-the-art |
    previous state of the art | prior state-of-the-art | state-of-the-art methods | state of the art |
    state-of-the-art | previous SOTA | prior SOTA | previous SoTAs | previous SOTAs | SoTA | SOTA |
    teacher model | base model | original model |
    dense model | full model | vanilla model | full attention | dense attention | dense training |
    full fine-tuning | standard attention | human experts | human expert | humans | human performance
""")
BASELINE_PHRASES_ZH = split_phrases("""
    现有最佳方法 | 现有最优方法 | 现有最先进方法 | 现有方法 | 已有方法 | 以往方法 | 此前方法 | 先前方法 |
    此前最佳方法 | 此前最优方法 | 此前最佳结果 | 次优方法 | 最强基线 | 最佳基线 | 基线模型 | 基线方法 | 基线 |
    基准模型 | 原始模型 | 原模型 | 基座模型 | 基础模型 | 教师模型 | 全精度模型 | 全量微调 | 传统方法 |
    标准注意力 | 稠密模型 | 同类模型 | 同类方法 | 人类水平 | 人类专家 | 人类 | SOTA 方法 | SOTA方法 | SOTA | 原来
""")
OWN_EN = (
    r"\b(?:we|our|ours|it|its|this (?:method|model|approach|framework|work|system)|the "
    r"proposed \w+|the (?:method|model|framework|approach|system))\b"
)
OWN_ZH = (
    r"本文|我们|该(?:方法|模型|框架|系统|研究|工作)|所提(?:出的)?(?:方法|模型|框架)|"
    r"本(?:方法|模型|研究|工作)|新方法|模型在|其(?!他|它|余|中)|它"
)

# Latin words that are capitalised but name neither a method nor a data set.
NOT_NAMES = set(
    split_words("""
    LLM LLMs VLM VLMs MLLM MLLMs LMM LMMs AI NLP CV RL ML DL API APIs CPU CPUs GPU GPUs TPU TPUs CNN CNNs RNN RNNs GANs
    SOTA SOTAs SoTA SoTAs RGB GPS CUDA OOD ID JSON PDF URL HTML SQL UI GUI Token Tokens token tokens Loss Prompt
    Prompts Query
    Key Value Benchmark Benchmarks Agent Agents Agentic MIT CC BY-SA BY SA USD CE AD English Chinese Python
    Appendix Abstract Introduction Adam AdamW SGD PyTorch TensorFlow JAX The A An In On At For With Without Of
    To By From As We Our It Its This That These Those Their They He She When While Where Whereas Although Though
    However Moreover Furthermore Additionally Also Both Each Every All Most Many Some Any No Not Only Even
    Compared Using Under Over After Before During Between Among Across Against Despite Because Since Thus Hence
    Therefore Then Here There Training Inference Evaluation Experiments Experimental Results Extensive
    Empirically Specifically Notably Remarkably Overall Finally First Second Third Human Humans Average
    Generation Peak Memory Following Trained Evaluated Tested Given If Such Same Other Another One Two Three I
    II III IV A/B Ours Baseline Method Model Models Methods Dataset Datasets Task Tasks Performance Quality
    Speed Cost Accuracy Perplexity Transformers Key/Value KV QA VQA Video Image Text Audio Encoder Decoder DiT
    Score Github GitHub HuggingFace Hugging Face Code Data Interestingly Importantly Removing Adding Replacing
    Increasing Reducing Combining Combined Latency Throughput Based Left Right Top Best
""")
)
REFERENCES = (
    r"(?:Sections?|Sec|Tables?|Tab|Figures?|Figs?|Equations?|Eqs?|Appendix|Appendices|"
    r"Algorithms?|Chapter|Theorems?|Lemmas?|Corollary|Propositions?|Step|Stage|Phase|Version|version|Level|Layer|stage|"
    r"step|phase|level|CUDA|Python|PyTorch|seed)"
)
HARDWARE = (
    r"(?:NVIDIA|Nvidia|AMD|Intel|RTX|GTX|GeForce|Tesla|Jetson|Ascend|Apple|iPhone|"
    r"Snapdragon|Raspberry|TPU|Blackwell|Hopper|"
    r"A10|A30|A40|A100|A800|A6000|H20|H100|H200|H800|V100|B200|B100|T4|L4|L40S?|GB\d+|"
    r"M[1-4](?!-)|P100)(?![A-Za-z0-9])"
)
MODEL_FAMILIES = (
    r"(?:GPT|ChatGPT|LLaMA|Llama|Qwen|Gemini|Gemma|Claude|DeepSeek|Mistral|Mixtral|"
    r"Phi-?\d|BERT|RoBERTa|T5|CLIP|SigLIP|ViT|DINO|"
    r"ResNet|Swin|ConvNeXt|InternVL|InternLM|LLaVA|Mamba|Stable Diffusion|SDXL|SD3|FLUX|"
    r"Wan\d|Whisper|wav2vec|o[134](?:-|\b)|Grok|Kimi|GLM|Yi-)"
)
DATASETS = (  # well-known names without a telling shape
    r"(?:(?:MS-?)?COCO|LVIS|CIFAR|(?:Fashion-?)?MNIST|SVHN|ImageNet|IN1K|IN-1K|IN-21K|"
    r"Places|Kinetics|K[4-7]00|UCF-?101|HMDB|SSv2|Something-|Diving|"
    r"ADE20K|Cityscapes|KITTI|nuScenes|nuPlan|Waymo|ScanNet|ShapeNet|ModelNet|AudioNet|"
    r"Objaverse|DAVIS|PASCAL|VOC|NYU|Mip-?NeRF|DTU|DL3DV|RealEstate|"
    r"MMLU|GSM|MATH|AIME|AMC|GPQA|BBH|ARC(?:-|$|\b)|HellaSwag|PIQA|Winogrande|WinoGrande|"
    r"TruthfulQA|IFEval|HLE|GAIA|MMMU|MME|POPE|MMStar|SEED|"
    r"SQuAD|GLUE|SuperGLUE|WMT|IWSLT|FLORES|CoVoST|MuST-C|XSum|CNN/|WikiText|C4|PG-?19|"
    r"The Pile|RULER|NIAH|InfiniteBench|HumanEval|MBPP|APPS|SWE-?[Bb]ench|LiveCode|"
    r"LibriSpeech|LibriTTS|Libri|VCTK|AISHELL|Common ?Voice|VoxCeleb|AudioSet|AudioCaps|"
    r"MUSDB|ESC-50|FFHQ|CelebA|LSUN|LAION|RefCOCO|Flickr|MSR-?VTT|ActivityNet|"
    r"Charades|Ego4D|EgoSchema|MVBench|DROID|LIBERO|CALVIN|MetaWorld|Meta-World|MuJoCo|"
    r"D4RL|Atari|ALFWorld|ALFRED|WebArena|WebShop|OSWorld|AndroidWorld|"
    r"MuSiQue|HotpotQA|Bamboogle|Natural Questions|NQ|MS ?MARCO|BEIR|MTEB|BrowseComp|"
    r"AlpacaEval|MT-Bench|Arena-Hard|AdvBench|JailbreakBench|LoCoMo|"
    r"CORD|FUNSD|miniF2F|PutnamBench|QM9|MD17|PDBbind|MoleculeNet|CASP|ETT|M4|TAT-|Open X|"
    r"Seed-TTS|GenEval|DPG|T2I-)"
)
DATASET_SHAPE = (
    r"(?:[Bb]ench|BENCH|[Bb]enchmark|QA|VQA|[Ee]val|Arena|Suite|Gym|Corpus|Verified|Challenge|"
    r"[Ll]eaderboard|-Hard|[a-z]Set|[a-z]World)(?:$|[-\s\d])|\d+[kK]$"
)
DATASET_WORD_EN = (
    r"\s+(?:test|dev|val|validation|benchmark|dataset|data set|test set|corpus|"
    r"leaderboard|suite|split|collection|challenge)s?\b"
)
DATASET_WORD_ZH = (
    r"\s*(?:等)?(?:的(?=测试集|验证集|训练集))?(?:多个|这些)?"
    r"(?:标准)?(?:数据集|基准|测试集|验证集|评测|测试|榜单|语料|子集|任务|竞赛)"
)
