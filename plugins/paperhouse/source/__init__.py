"""The offline source: recorded days served as if they were Hugging Face and arXiv."""
