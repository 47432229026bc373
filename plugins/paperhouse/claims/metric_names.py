"""Names of metrics in English and Chinese, which way is better, and what they measure.

The text keeps its own spelling; the table only says that these words name a metric. A short alias in capitals
(MAE, IS) is matched as written, any other in either case. Dimensions: score, error, speed, time, memory, cost, size,
count, rank, any; "general" are words taken only where nothing sharper stands near.
"""

from .words import split_words

UP, DOWN = "higher_better", "lower_better"

# (direction, dimension, aliases separated by " | ")
METRICS: list[tuple[str, str, str]] = [
    # classification and retrieval
    (
        UP,
        "score",
        "accuracy | acc | acc. | 准确率 | 正确率 | 准确性 | 精度 | 准确度 | 精确度 | 预测精度 | top-1 | "
        "top-1 accuracy | top-1 acc | top1 accuracy | Top-1 准确率 | Top-1准确率 | Top-1 精度 | top-5 | "
        "top-5 accuracy | top5 accuracy | Top-5 准确率 | Top-5准确率 | rank-1 | rank-1 accuracy | "
        "Rank-1 准确率 | Rank-1准确率 | balanced accuracy | 平衡准确率 | 平均准确率 | 总体准确率 | "
        "整体准确率 | 分类准确率 | 识别准确率 | F1 | F1 score | F1 scores | F1-score | F1 分数 | F1分数 | "
        "F1 值 | F1值 | macro-F1 | micro-F1 | macro F1 | micro F1 | token F1 | answer F1 | F-measure | "
        "F-score | F-1 | precision | 精确率 | 查准率 | recall | recall rate | 召回率 | 查全率 | 召回 | "
        "Recall@1 | Recall@5 | Recall@10 | Recall@20 | Recall@50 | Recall@100 | R@1 | R@5 | R@10 | Hit@1 | "
        "Hit@10 | Hits@1 | Hits@10 | P@1 | P@5 | P@10 | HR@10 | hit rate | 命中率 | nDCG | nDCG@10 | "
        "nDCG@5 | NDCG@20 | MRR | MRR@10 | MAP@10 | mean reciprocal rank | AUC | AUROC | ROC-AUC | ROC AUC | "
        "AUPRC | PR-AUC | area under the curve | 曲线下面积 | specificity | sensitivity | 特异性 | 特异度 | "
        "灵敏度 | 敏感性 | exact match | EM | exact-match accuracy | 精确匹配率 | 精确匹配 | 完全匹配率 | "
        "完全匹配 | MCC | Matthews correlation | Cohen's kappa | kappa | 一致性系数 | 一致率 | agreement | "
        "agreement rate",
    ),
    # detection and segmentation
    (
        UP,
        "score",
        "mAP | mDSC | mDice | mAcc | aAcc | AP | AP50 | AP75 | mAP50 | mAP@50 | mAP@0.5 | mAP50-95 | box AP | "
        "mask AP | "
        "average precision | mean average precision | 平均精度均值 | 平均精度 | NDS | AMOTA | MOTA | IDF1 | "
        "HOTA | IoU | mIoU | mean IoU | cIoU | gIoU | intersection over union | 交并比 | 平均交并比 | PQ | "
        "panoptic quality | Dice | Dice score | Dice coefficient | DSC | Dice 系数 | Dice系数 | J&F | "
        "boundary F1",
    ),
    # image, video and 3D generation
    (
        UP,
        "score",
        "PSNR | peak signal-to-noise ratio | 峰值信噪比 | SNR | SI-SDR | SDR | SI-SNR | 信噪比 | SSIM | "
        "MS-SSIM | structural similarity | 结构相似性 | 结构相似度 | Inception Score | IS | CLIP score | "
        "CLIPScore | CLIP-T | CLIP-I | DINO score | CLIP 分数 | CLIP 得分 | ImageReward | HPSv2 | "
        "PickScore | aesthetic score | aesthetics | 美学评分 | 美学得分 | 美学分数 | GenEval score | "
        "visual quality | image quality | video quality | 视觉质量 | 图像质量 | 画质 | 视频质量 | 生成质量 | "
        "质量评分 | quality score | total score | 质量得分 | 总分 | 总体得分 | 综合得分 | VBench score | "
        "identity similarity | face similarity | 人脸相似度 | 身份相似度 | ID similarity | 身份一致性 | "
        "motion smoothness | dynamic degree | subject consistency | temporal consistency | 时序一致性 | "
        "主体一致性 | text alignment | prompt adherence | 文本对齐度 | 提示词遵循 | 提示词跟随",
    ),
    (
        DOWN,
        "error",
        "LPIPS | DISTS | 漂移 | 位移漂移 | perceptual distance | 感知距离 | 感知损失 | FID | gFID | rFID | "
        "FVD | rFVD | gFVD | "
        "KID | CMMD | FAD | Fréchet inception distance | JEDi | Fréchet distance | Fréchet audio distance | "
        "Chamfer distance | HD95 | HD | ASD | ASSD | Hausdorff distance | 倒角距离 | NIQE | "
        "warping error | MPJPE | PA-MPJPE | ATE | "
        "absolute trajectory error | RPE | EPE | endpoint error | 端点误差 | 轨迹误差",
    ),
    # text generation
    (
        UP,
        "score",
        "BLEU | sacreBLEU | BLEU-4 | BLEU-1 | chrF | chrF++ | COMET | BLEURT | xCOMET | METEOR | CIDEr | "
        "SPICE | Smatch | SMATCH | ROUGE | ROUGE-L | ROUGE-1 | ROUGE-2 | ROUGE-Lsum | BERTScore | BARTScore | "
        "BLEU 分数 | "
        "ROUGE 分数 | TEDS | anls | ANLS | CDM | factuality | faithfulness | 忠实度 | 事实性 | 真实性 | "
        "truthfulness | groundedness",
    ),
    (
        DOWN,
        "error",
        "perplexity | PPL | bits per byte | bits per dimension | bpb | bpd | 困惑度 | edit distance | "
        "normalized edit distance | 编辑距离 | 归一化编辑距离 | TER | inconsistency | inconsistency rate | "
        "hallucination rate | "
        "hallucination rates | hallucination | hallucinations | 幻觉率 | 幻觉",
    ),
    # speech
    (
        DOWN,
        "error",
        "WER | word error rate | word error rates | 词错误率 | 字错误率 | CER | character error rate | "
        "字错率 | 词错率 | EER | equal error rate | 等错误率 | DER | diarization error rate | PER | "
        "phoneme error rate | MCD | real-time factor | RTF | 实时率 | 实时因子",
    ),
    (
        UP,
        "score",
        "MOS | UTMOS | DNSMOS | NMOS | CMOS | mean opinion score | MOS 评分 | MOS 分 | MOS 得分 | 主观评分 | "
        "PESQ | STOI | speaker similarity | 说话人相似度 | 音色相似度",
    ),
    (DOWN, "time", "average lagging | lagging | LAAL"),
    # language models, reasoning, agents
    (
        UP,
        "score",
        "pass rate | pass-rate | pass@1 | pass@5 | pass@8 | pass@10 | pass@16 | pass@32 | pass@64 | pass@100 | "
        "pass@k | "
        "cons@64 | avg@8 | avg@16 | avg@32 | avg@64 | maj@8 | maj@16 | maj@64 | best-of-n accuracy | "
        "通过率 | 测试通过率 | success rate | success rates | success | SPL | task success | "
        "task success rate | 成功率 | 任务成功率 | resolve rate | solving rate | resolved rate | "
        "resolution rate | resolve | resolves | resolved | resolving | 解决率 | 修复率 | completion rate | "
        "completion | 完成率 | 完成度 | goal completion | 达成率 | succeed | succeeds | solve rate | solve | "
        "solves | solved | 求解率 | percentile | winning rate | "
        "win rate | win-rate | win rates | winrate | winrates | 胜率 | 获胜率 | win-tie rate | "
        "length-controlled win rate | preference | preference rate | preferred | prefer | prefers | 偏好度 | "
        "偏好率 | 偏好 | 用户偏好 | 总体偏好度 | Elo | Elo rating | Elo score | Elo 分数 | Elo 评分 | "
        "reward | rewards | return | returns | episodic return | cumulative reward | 奖励 | 累积奖励 | "
        "回报 | 累计回报 | instruction following | instruction-following accuracy | 指令遵循率 | 指令遵循 | "
        "指令跟随 | coverage | coverage rate | 覆盖率 | diversity | 多样性 | novelty | 新颖性 | robustness | "
        "鲁棒性 | acceptance rate | acceptance length | accepted length | 接受率 | 接受长度 | 平均接受长度 | "
        "cache hit rate | 缓存命中率 | utilization | utilisation | MFU | GPU utilization | 利用率 | "
        "算力利用率",
    ),
    (
        DOWN,
        "error",
        "attack success rate | attack success rates | 攻击成功率 | jailbreak rate | 越狱成功率 | 越狱率 | "
        "refusal rate | over-refusal rate | 误拒率 | 拒绝率 | toxicity | 毒性 | harmful rate | 有害率 | "
        "violation rate | violations | collision rate | collision | 碰撞率 | 违规率 | false positive rate | "
        "FPR | FPR95 | 误报率 | 漏报率 | 误检率 | 漏检率",
    ),
    (UP, "any", "compression ratio | compression rate | 压缩比 | 压缩率 | 压缩"),
    (DOWN, "rank", "ranking | rank | 排名 | 名次"),
    # general scores
    (
        UP,
        "score",
        "score | scores | average score | overall score | 得分 | 分数 | 评分 | 平均得分 | 平均分 | "
        "平均分数 | 成绩 | 综合评分 | delta1 | δ1 | delta1 accuracy | quality | 质量 | consistency | "
        "一致性 | 性能增益 | alignment score",
    ),
    # errors and losses
    (
        DOWN,
        "error",
        "error | error rate | errors | error rates | 误差 | 错误率 | 误差率 | top-1 error | test error | "
        "预测误差 | 出错率 | MAE | mean absolute error | 平均绝对误差 | RMSE | MSE | "
        "root mean square error | mean squared error | 均方误差 | 均方根误差 | NMSE | MAPE | sMAPE | MASE | "
        "CRPS | AbsRel | Abs Rel | absolute relative error | 绝对相对误差 | 平均绝对误差（MAE） | "
        "calibration error | ECE | expected calibration error | Brier score | 校准误差 | 重建误差 | "
        "reconstruction error | relative error | 相对误差 | regret | 遗憾 | forgetting | 遗忘率 | 遗忘 | "
        "loss | validation loss | training loss | Loss | 损失 | 验证损失 | 训练损失 | NLL | "
        "negative log-likelihood | loss gap | 损失差距 | Loss 差距 | relative loss gap | 相对 Loss 差距 | "
        "性能差距 | gap | 差距 | performance gap | KL divergence | KL 散度 | 散度 | bias | 偏差 | variance | "
        "方差 | distortion | 失真",
    ),
    # correlation
    (
        UP,
        "score",
        "correlation | Pearson correlation | Spearman correlation | Kendall's tau | PLCC | SRCC | 相关系数 | "
        "相关性 | R2 | R² | Pearson r | Spearman's rho | 皮尔逊相关系数 | 斯皮尔曼相关系数 | 决定系数 | "
        "相关度 | 相似度 | similarity | cosine similarity | 余弦相似度 | TM-score | GDT | lDDT | GDT-TS | "
        "validity | 有效率 | uniqueness",
    ),
    # time
    (
        DOWN,
        "time",
        "latency | latencies | per-token latency | 延迟 | 时延 | 推理延迟 | 去噪延迟 | 响应延迟 | "
        "首 token 延迟 | 首token延迟 | time to first token | TTFT | TPOT | inter-token latency | "
        "time per output token | 首字延迟 | runtime | run time | running time | wall-clock time | "
        "inference time | generation time | 推理时间 | 生成时间 | training time | response time | "
        "rendering time | decoding time | prefill time | processing time | completion time | "
        "task completion time | 训练时间 | time | 时间 | 耗时 | 用时 | 运行时间 | 响应时间 | 渲染时间 | "
        "处理时间 | 计算时间 | 单步耗时 | 训练耗时 | 推理耗时",
    ),
    # speed
    (
        UP,
        "speed",
        "throughput | decoding throughput | inference throughput | training throughput | 吞吐量 | 吞吐率 | "
        "吞吐 | 推理吞吐 | speed | inference speed | generation speed | training speed | decoding speed | "
        "rendering speed | 速度 | 推理速度 | 生成速度 | 训练速度 | 渲染速度 | 解码速度 | 合成速度 | "
        "采样速度 | 收敛速度 | 运行速度 | 处理速度 | 速率 | speedup | speedups | speed-up | speed-ups | "
        "speeds up | speed up | speeding up | sped up | acceleration | accelerates | accelerate | "
        "accelerating | accelerated | faster | slower | quicker | 加速 | 加速比 | 提速 | 推理加速 | "
        "端到端加速 | frame rate | frames per second | 帧率 | convergence | 收敛 | sample efficiency | "
        "样本效率 | efficiency | data efficiency | 效率 | 数据效率 | 训练效率 | 推理效率 | 计算效率 | "
        "productivity",
    ),
    # memory, size and compute
    (
        DOWN,
        "memory",
        "memory | memory usage | memory footprint | memory consumption | peak memory | GPU memory | "
        "KV cache | KV 缓存 | peak GPU memory | VRAM | VRAM usage | 显存 | 显存占用 | 显存开销 | 显存峰值 | "
        "内存 | 内存占用 | 峰值显存 | 峰值内存 | KV Cache | 显存消耗 | 内存开销 | 内存消耗 | "
        "memory overhead | storage | 存储开销 | 存储 | 存储空间 | 带宽 | bandwidth",
    ),
    (
        DOWN,
        "size",
        "model size | model sizes | parameters | parameter count | parameter | params | 模型大小 | "
        "模型体积 | 体积 | 参数量 | 参数 | trainable parameters | active parameters | 可训练参数 | "
        "激活参数 | 激活参数量 | size | 大小 | 文件大小",
    ),
    (
        DOWN,
        "cost",
        "FLOPs | FLOPS | GFLOPs | TFLOPs | MACs | compute | computation | computational cost | 计算量 | "
        "运算量 | 浮点运算量 | computational overhead | overhead | computation cost | 计算开销 | 计算成本 | "
        "开销 | 额外开销 | 算力 | cost | costs | average cost | inference cost | training cost | API cost | "
        "cheaper | 成本 | 推理成本 | 训练成本 | 费用 | 花费 | energy | energy consumption | power | "
        "power consumption | 能耗 | 功耗 | carbon emissions | 碳排放",
    ),
    # counted things that a method tries to save
    (
        DOWN,
        "count",
        "tokens | token usage | token consumption | token cost | number of tokens | token 消耗 | "
        "token 用量 | token 数 | token 数量 | 令牌 | Token 消耗 | Token 用量 | output tokens | output length | "
        "response length | 输出长度 | 回复长度 | steps | sampling steps | training steps | 步数 | 采样步数 | "
        "训练步数 | 推理步数 | 迭代次数 | iterations | 去噪步数 | turns | 轮次 | 推理轮次 | 平均推理轮次 | "
        "交互轮次 | 轮数 | tool calls | 工具调用次数 | 调用次数 | function evaluations | NFE | "
        "number of function evaluations | 采样次数 | queries | 查询次数 | training data | 训练数据 | 数据量",
    ),
    (UP, "count", "context length | context window | 上下文长度 | 上下文窗口 | sequence length | 序列长度"),
    # the general words, taken only where nothing sharper stands near
    (
        UP,
        "general",
        "performance | average performance | benchmark performance | 性能 | 基准性能 | 平均性能 | 整体性能 | "
        "综合性能 | 效果 | 表现 | 整体表现 | 能力 | capability",
    ),
]

# Words that stand before a metric and belong to its name.
MODIFIERS_ZH = split_words("""
    平均 总体 整体 端到端 推理 生成 训练 解码 单步 单次 单卡 单帧 每帧 每步 每个 每张 首词 零样本 少样本 识别
    分类 检测 分割 检索 相对 绝对 峰值 任务 答案 词 字 总 最终 综合 宏平均 微平均 加权 有效 去噪 采样 预测 重建
    渲染 响应 问答 执行 视频 图像 模型
""")
MODIFIERS_EN = split_words("""
    average mean median overall zero-shot few-shot one-shot top-1 top-5 end-to-end per-token per-frame per-step
    final peak relative absolute normalized word character exact macro micro balanced weighted validation test
    training inference decoding generation retrieval classification detection segmentation downstream answer
    task pass harmonic table box mask
""")
