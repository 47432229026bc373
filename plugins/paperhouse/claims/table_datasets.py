"""Well-known data sets and the metric that papers usually report on them; ordinary knowledge of the field, no paper's.

A name is found in any running text, caption or header however its parts are joined (NTU 120, NTU-120, NTU120). Short
words that mean something else as often as not are left out; papers say "dataset" beside those.
"""

import re
from functools import cache

from .words import split_phrases

_USUAL = {
    "accuracy": """
        CIFAR-10 | CIFAR-100 | CIFAR-10-LT | CIFAR-100-LT | CIFAR-10-C | CIFAR-FS | MNIST | Fashion-MNIST |
        EMNIST | SVHN | STL-10 | ImageNet | ImageNet-1K | ImageNet-A | ImageNet-C | ImageNet-R | ImageNet-V2 |
        ImageNet-LT | ImageNet-Sketch | ImageNet ReaL | ImageNet-100 | miniImageNet | mini-ImageNet |
        tieredImageNet | Tiny ImageNet | Tiny-ImageNet | Places-LT | Places365 | iNaturalist | iNaturalist
        2018 | iNaturalist 2019 | iNat 2018 | CUB-200-2011 | CUB-200 | Stanford Cars | Stanford Dogs |
        FGVC-Aircraft | Food-101 | Food101 | Oxford Flowers | Flowers-102 | Oxford-IIIT Pets | Caltech-101 |
        Caltech-256 | DTD | EuroSAT | RESISC45 | NWPU-RESISC45 | SUN397 | VTAB-1k | Clothing1M | WebVision |
        ObjectNet | Office-31 | Office-Home | OfficeHome | VisDA-2017 | VisDA | DomainNet | PACS | VLCS |
        TerraIncognita | Terra Incognita | Rotated MNIST | Colored MNIST | DomainBed | Waterbirds | CelebA |
        NTU RGB+D 120 | NTU RGB+D | NTU-120 | NTU-60 | NW-UCLA | Northwestern-UCLA | Kinetics-400 |
        Kinetics-600 | Kinetics-700 | Kinetics-Skeleton | Kinetics | Something-Something V1 |
        Something-Something V2 | SSv2 | UCF101 | UCF-101 | HMDB51 | HMDB-51 | Diving48 | Diving-48 | FineGym |
        EPIC-Kitchens | EPIC-KITCHENS-100 | 50Salads | GTEA | ModelNet40 | ModelNet10 | ModelNet-C |
        ScanObjectNN | RAF-DB | AffectNet | FERPlus | FER2013 | CK+ | LFW | CFP-FP | AgeDB-30 | AgeDB | IJB-B
        | IJB-C | MegaFace | CASIA-B | OU-MVLP | Gait3D | GREW | SST-2 | SST-5 | IMDb | Yelp-2 | Yelp-5 | Yelp
        | AG News | AGNews | DBpedia | TREC-6 | 20 Newsgroups | 20NG | R8 | R52 | Ohsumed | Reuters-21578 |
        GLUE | SuperGLUE | MNLI | QNLI | RTE | WNLI | QQP | BoolQ | SNLI | ANLI | XNLI | PAWS-X | HellaSwag |
        PIQA | SIQA | WinoGrande | Winogrande | COPA | CommonsenseQA | OpenBookQA | ARC-Challenge | ARC-Easy |
        MMLU | MMLU-Pro | C-Eval | CMMLU | BIG-Bench Hard | BBH | GSM8K | SVAMP | AQuA | MAWPS | MathQA |
        Math23K | StrategyQA | RACE | RACE-H | TruthfulQA | GPQA | AIME 2024 | VQAv2 | VQA v2 | VQA 2.0 | GQA
        | OK-VQA | OKVQA | A-OKVQA | VizWiz | TextVQA | ST-VQA | ScienceQA | MSVD-QA | MSRVTT-QA |
        ActivityNet-QA | TGIF-QA | NExT-QA | EgoSchema | CLEVR | NLVR2 | SNLI-VE | VCR | MMMU | POPE | MMBench
        | MathVista | IIIT5K | ICDAR 2013 | ICDAR 2015 | ICDAR2013 | ICDAR2015 | SVTP | CUTE80 | RVL-CDIP |
        Cora | Citeseer | CiteSeer | Pubmed | PubMed | ogbn-arxiv | ogbn-products | ogbn-papers100M | PROTEINS
        | MUTAG | NCI1 | ENZYMES | IMDB-B | IMDB-M | REDDIT-B | COLLAB | Chameleon | Squirrel | MOSI |
        CMU-MOSI | MOSEI | CMU-MOSEI | IEMOCAP | MELD | RAVDESS | CREMA-D | ESC-50 | UrbanSound8K | Speech
        Commands | GTZAN | VGGSound | Sleep-EDF | SleepEDF | DEAP | BCI Competition IV | UCR Archive | UEA |
        Long Range Arena | LRA | Permuted MNIST | Split CIFAR-100 | CORe50 | HAM10000 | ISIC 2018 | ISIC 2019
        | BreakHis | PatchCamelyon
    """,
    "F1": """
        CoNLL-2003 | CoNLL 2003 | CoNLL03 | CoNLL-2012 | CoNLL-2014 | OntoNotes 5.0 | OntoNotes | WNUT-17 |
        WNUT 2017 | Few-NERD | GENIA | BC5CDR | NCBI-disease | NCBI Disease | JNLPBA | MSRA | Weibo NER | ACE
        2004 | ACE 2005 | ACE2004 | ACE2005 | ACE04 | ACE05 | SciERC | SciREX | TACRED | TACREV | Re-TACRED |
        SemEval-2010 Task 8 | DocRED | Re-DocRED | NYT | WebNLG | CoNLL04 | DialogRE | MAVEN | SQuAD | SQuAD
        1.1 | SQuAD 2.0 | SQuAD v1.1 | SQuAD v2.0 | TriviaQA | NewsQA | CoQA | QuAC | HotpotQA |
        2WikiMultihopQA | MuSiQue | Qasper | MRPC | FUNSD | CORD | SROIE | XFUND | Abt-Buy | Amazon-Google |
        Walmart-Amazon | GoEmotions | HateXplain | OLID | PubMedQA | SemEval-2014 | CTW1500 | Total-Text |
        MSRA-TD500 | Charades | SMD | SMAP | SWaT | WADI | CLUENER | PropBank | Penn Treebank | PTB
    """,
    "mAP": """
        COCO | MS COCO | MS-COCO | MSCOCO | COCO test-dev | COCO 2017 | COCO minival | LVIS | LVIS v1.0 |
        Objects365 | Open Images | OpenImages | PASCAL VOC 2007 | VOC 2007 | VOC07 | DOTA | DOTA-v1.0 |
        HRSC2016 | DIOR-R | DIOR | VisDrone | UAVDT | CrowdHuman | CityPersons | WIDER FACE | BDD100K |
        Argoverse 2 | nuScenes | Waymo Open Dataset | Waymo Open | KITTI | SUN RGB-D | ScanNetV2 | THUMOS14 |
        THUMOS-14 | THUMOS'14 | ActivityNet-1.3 | ActivityNet v1.3 | ActivityNet | AVA | MultiTHUMOS |
        Market-1501 | Market1501 | DukeMTMC-reID | DukeMTMC | MSMT17 | CUHK03 | CUHK-SYSU | PRW | SYSU-MM01 |
        RegDB | VeRi-776 | VehicleID | HICO-DET | V-COCO | NUS-WIDE | AudioSet | FSD50K | PA-100K | RAPv1 |
        PubLayNet | DocLayNet | TableBank | YouTube-VIS 2019 | YouTube-VIS 2021 | OVIS | COCO-WholeBody |
        CrowdPose | OCHuman | MOT17Det
    """,
    "mIoU": """
        ADE20K | ADE20K-150 | Cityscapes | PASCAL VOC 2012 | VOC 2012 | VOC12 | PASCAL VOC | PASCAL Context |
        PASCAL-Context | COCO-Stuff | COCO-Stuff-10K | COCO-Stuff-164K | COCO-20i | PASCAL-5i | FSS-1000 |
        CamVid | Mapillary Vistas | GTA5 | GTAV | SYNTHIA | ACDC | Dark Zurich | LoveDA | iSAID | Potsdam |
        Vaihingen | S3DIS | ScanNet | ScanNet200 | SemanticKITTI | ShapeNetPart | ShapeNet-Part | ShapeNet |
        NYUv2 | NYU Depth v2 | NYU-Depth V2 | RefCOCO | RefCOCO+ | RefCOCOg | G-Ref | CIHP | Toronto-3D |
        Semantic3D | UAVid | Trans10K
    """,
    "Dice": """
        Kvasir-SEG | Kvasir | CVC-ClinicDB | CVC-ColonDB | ETIS | ISIC 2017 | BraTS | BraTS 2020 | BraTS 2021
        | BTCV | LiTS | KiTS19 | CHASE_DB1 | STARE | GlaS | MoNuSeg | 2018 Data Science Bowl
    """,
    "MAE": """
        DUTS | DUTS-TE | DUT-OMRON | ECSSD | HKU-IS | PASCAL-S | COD10K | CAMO | CHAMELEON | NC4K | NJU2K |
        NLPR | ShanghaiTech A | ShanghaiTech B | ShanghaiTech | UCF-QNRF | UCF_CC_50 | NWPU-Crowd |
        JHU-Crowd++ | ZINC | QM9 | MD17 | AFLW2000-3D | AFLW2000 | BIWI | METR-LA | PEMS-BAY | PeMS04 | PeMS08
        | PEMS03 | PEMS07 | MORPH II
    """,
    "NME": "WFLW | 300W | 300-W | COFW | AFLW | AFLW-19 | MERL-RAV",
    "PSNR": """
        Set5 | Set14 | BSD100 | B100 | Urban100 | Manga109 | BSD68 | CBSD68 | Kodak24 | McMaster | DIV2K |
        DIV8K | RealSR | GoPro | RealBlur-J | RealBlur-R | RealBlur | REDS | Vid4 | Vimeo-90K | Vimeo90K |
        SIDD | DND | LOL | LOL-v1 | LOL-v2 | LOLv1 | LOLv2 | MIT-Adobe FiveK | MIT-Adobe 5K | RESIDE | SOTS |
        SOTS-Indoor | SOTS-Outdoor | Dense-Haze | NH-HAZE | Haze4K | Rain100H | Rain100L | Rain200H | Rain200L
        | Rain1400 | Test100 | Test1200 | Snow100K | RainDrop | DPDD | ISTD | Middlebury | SNU-FILM | LLFF |
        NeRF-Synthetic | Mip-NeRF 360 | Tanks and Temples | Deep Blending | UIEB
    """,
    "FID": """
        FFHQ | CelebA-HQ | CelebAHQ | LSUN | LSUN Bedroom | LSUN Church | LSUN Cat | AFHQ | AFHQv2 | MetFaces
        | SkyTimelapse | Taichi-HD | ImageNet 64x64 | ImageNet 256x256 | ImageNet 512x512 | HumanML3D | KIT-ML
        | KIT Motion-Language | AIST++ | DeepFashion
    """,
    "BLEU": """
        WMT14 | WMT16 | WMT2014 | WMT2016 | WMT17 | WMT19 | WMT 2014 | WMT 2016 | WMT14 En-De | WMT14 En-Fr |
        WMT16 En-Ro | IWSLT14 | IWSLT2014 | IWSLT'14 | IWSLT 2017 | FLORES-101 | FLORES-200 | MuST-C | CoVoST
        2 | CommonGen | E2E NLG | ToTTo | MultiWOZ | MultiWOZ 2.1 | MultiWOZ 2.0 | CoNaLa | PHOENIX14T |
        PHOENIX-2014T | CSL-Daily | How2Sign
    """,
    "CIDEr": """
        COCO Captions | nocaps | NoCaps | TextCaps | Flickr30k Entities | MSVD | VATEX | AudioCaps | Clotho |
        MIMIC-CXR
    """,
    "ROUGE": """
        CNN/DailyMail | CNN/Daily Mail | CNN/DM | XSum | Gigaword | Multi-News | SAMSum | DialogSum | BookSum
        | GovReport | SummScreen | ELI5 | Reddit TIFU | BigPatent | WikiHow | QMSum
    """,
    "Recall": """
        Flickr30k | Flickr30K | MSR-VTT | MSRVTT | DiDeMo | LSMDC | QVHighlights | Charades-STA | TACoS | CIRR
        | FashionIQ | Fashion-IQ | CIRCO | CUHK-PEDES | ICFG-PEDES | RSTPReid | Visual Genome | In-Shop |
        In-shop | Cars196 | ReDial | INSPIRED | Gowalla | Yelp2018 | Amazon-Book | MovieLens | ML-1M | ML-20M
        | LastFM | Amazon Beauty | Diginetica | Yoochoose | ROxford | RParis | Pitts30k | Pitts250k | Tokyo
        24/7 | MSLS
    """,
    "MRR": """
        FB15k-237 | FB15K-237 | FB15k | WN18RR | WN18 | YAGO3-10 | NELL-995 | ICEWS14 | ICEWS18 | ICEWS05-15 |
        GDELT | MS MARCO | MSMARCO | CodeSearchNet | ogbl-wikikg2 | WikiKG90M
    """,
    "nDCG@10": "BEIR | TREC DL 2019 | TREC-DL 2019 | TREC Deep Learning",
    "perplexity": """
        WikiText-103 | WikiText-2 | WikiText | enwik8 | text8 | One Billion Word | LAMBADA | PG-19 | C4 | The
        Pile
    """,
    "Smatch": "AMR 2.0 | AMR 3.0 | AMR2.0 | AMR3.0 | LDC2017T10 | LDC2020T02 | Bio AMR",
    "exact match": """
        Natural Questions | NaturalQuestions | WebQuestions | WebQSP | CWQ | WikiSQL | WikiTableQuestions |
        TabFact | KILT | PopQA | StrategyQA
    """,
    "pass@1": "HumanEval | HumanEval+ | MBPP | MBPP+ | DS-1000 | LiveCodeBench | SWE-bench",
    "WER": """
        LibriSpeech | Librispeech | TED-LIUM | AISHELL-1 | AISHELL | Common Voice | WSJ | Switchboard |
        VoxPopuli | LRS2 | LRS3 | GigaSpeech | TIMIT | CHiME-4 | PHOENIX14 | PHOENIX-2014
    """,
    "EER": "VoxCeleb1 | VoxCeleb2 | VoxCeleb | ASVspoof 2019 | ASVspoof 2021 | CNCeleb",
    "SI-SDR": """
        WSJ0-2mix | WHAM! | WHAMR! | LibriMix | MUSDB18 | VoiceBank-DEMAND | VoiceBank+DEMAND | DNS Challenge
    """,
    "AbsRel": "Make3D | DIODE | DDAD | iBims-1",
    "EPE": """
        Sintel | MPI-Sintel | FlyingChairs | FlyingThings3D | SceneFlow | Scene Flow | KITTI 2012 | KITTI 2015
        | ETH3D | KITTI2012 | KITTI2015
    """,
    "MPJPE": """
        Human3.6M | H36M | MPI-INF-3DHP | 3DPW | HumanEva | AMASS | EMDB | FreiHAND | HO-3D | InterHand2.6M
    """,
    "PCK": "MPII | FLIC | SPair-71k | PF-PASCAL | PF-WILLOW",
    "HOTA": "MOT16 | MOT17 | MOT20 | DanceTrack | BDD100K MOT | KITTI Tracking",
    "AUC": """
        LaSOT | TrackingNet | GOT-10k | OTB100 | OTB2015 | OTB-100 | UAV123 | TNL2K | VOT2018 | VOT2020 |
        RGBT234 | Avazu | Criteo | MVTec AD | MVTec-AD | BTAD | UCF-Crime | XD-Violence | UCSD Ped2 | CUHK
        Avenue | CheXpert | ChestX-ray14 | CAMELYON16 | MIMIC-III | BBBP | Tox21 | ToxCast | ClinTox | BACE |
        FaceForensics++ | Celeb-DF | DFDC
    """,
    "J&F": """
        DAVIS 2016 | DAVIS 2017 | DAVIS-16 | DAVIS-17 | DAVIS16 | DAVIS17 | YouTube-VOS | YouTube-VOS 2018 |
        FBMS | YouTube-Objects | MOSE | Ref-YouTube-VOS | SegTrack-v2
    """,
    "ADE": "ETH/UCY | ETH-UCY | Stanford Drone | SDD | TrajNet | Argoverse | Waymo Open Motion",
    "MODA": "WILDTRACK | Wildtrack",
    "MSE": "ETTh1 | ETTh2 | ETTm1 | ETTm2 | ILI | M4",
    "score": """
        Atari 100k | Atari-100k | Atari 2600 | Atari | D4RL | MuJoCo | Meta-World | MetaWorld | Procgen | SMAC
        | DMControl | DeepMind Control Suite | CALVIN | LIBERO | RLBench | R2R | RxR | REVERIE | ALFRED
    """,
    "correlation": "STS-B | STS Benchmark | SICK | KonIQ-10k | KADID-10k | TID2013 | CSIQ | SPAQ | LIVE-VQC | AADB",
}
# Short names of the tables -> the name that leaderboards and data set pages use.
_ALIASES = {
    "NTU RGB+D": "NTU 60 | NTU RGB+D 60",
    "NTU RGB+D 120": "NTU 120",
    "RWTH-PHOENIX-Weather 2014": "PHOENIX 2014 | PHOENIX 14",
    "RWTH-PHOENIX-Weather 2014 T": "PHOENIX 2014T | PHOENIX 14T",
    "AMR 2.0 (LDC2017T10)": "AMR 2.0 | LDC2017T10",
    "AMR 3.0 (LDC2020T02)": "AMR 3.0 | LDC2020T02",
    "CNN / Daily Mail": "CNN/DM | CNN/DailyMail",
    "ImageNet": "IN-1K | IN1K",
    "PASCAL VOC 2007": "VOC 07 | VOC 2007",
    "PASCAL VOC 2012": "VOC 12 | VOC 2012",
    "DAVIS 2016": "DAVIS 16",
    "DAVIS 2017": "DAVIS 17",
    "KITTI 2012": "KITTI 12",
    "KITTI 2015": "KITTI 15",
    "Stanford Drone (SDD)": "SDD | Stanford Drone",
    "Something-Something V2": "SSv2 | Sth-Sth V2 | SthV2",
    "Something-Something V1": "SSv1 | Sth-Sth V1 | SthV1",
    "Kinetics-400": "K400",
    "Kinetics-600": "K600",
    "Human3.6M": "H36M | H3.6M",
    "NYU Depth v2": "NYUv2 | NYUDv2 | NYU v2",
    "BSD100": "B100",
    "COCO-20i": "COCO-20",
    "PASCAL-5i": "PASCAL-5",
    "Penn Treebank (PTB)": "PTB | Penn Treebank",
    "Natural Questions": "NQ",
    "MultiNLI (MNLI)": "MNLI",
    "Quora Question Pairs (QQP)": "QQP",
    "STS Benchmark (STS-B)": "STS-B | STS Benchmark",
    "WMT2014": "WMT 14 | WMT 2014",
    "WMT2016": "WMT 16 | WMT 2016",
    "IWSLT2014": "IWSLT 14",
    "OTB-2015": "OTB100 | OTB2015",
    "SUN RGB-D": "SUN-RGBD",
}
# Sets that models are trained on before the experiment of the paper: naming one says little about a table.
TRAINING_SETS = re.compile(
    r"(?:ImageNet|IN)(?:[-\s]?(?:1|21|22)[Kk].*)?$|JFT.*|LAION.*|CC[-\s]?(?:3|12|15)M.*|COCO\+.*|Objects365|AMASS|"
    r"Kinetics$|(?:The )?Pile|C4$",
    re.I,
)


@cache
def list_usual_metrics() -> dict[str, str]:
    """Name without case and joints -> usual metric."""
    return {level_name(name): metric for metric, names in _USUAL.items() for name in split_phrases(names)}


@cache
def _list_aliases() -> dict[str, str]:
    return {level_name(short): name for name, shorts in _ALIASES.items() for short in split_phrases(shorts)}


def name_in_full(name: str) -> str:
    """The name that the field uses for a data set that tables shorten; any other name as it stands."""
    return _list_aliases().get(level_name(name), name)


@cache
def find_well_known() -> re.Pattern[str]:
    """One pattern for all the names, longest first, with their case: "arXiv" is a data set, "arxiv" is not."""
    names = sorted({name for names in _USUAL.values() for name in split_phrases(names)}, key=len, reverse=True)
    return re.compile(rf"(?<![\w/-])(?:{'|'.join(map(spell_name, names))})(?![A-Za-z0-9])")


def is_well_known(label: str) -> bool:
    """Whether a header is one of the names, in any case: a header has no words beside names."""
    return level_name(label) in list_usual_metrics()


def spell_name(name: str) -> str:
    """A pattern for a name whatever stands between its parts: NTU 120, NTU-120, NTU120."""
    return r"[\s_-]?".join(map(re.escape, re.findall(r"[^\W\d_]+|\d+|[^\w\s-]+", name))) or r"(?!)"


def level_name(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()
