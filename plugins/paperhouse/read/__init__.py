"""Read a paper (arXiv HTML, Markdown or a bare abstract) into one plain structure, for extraction."""
