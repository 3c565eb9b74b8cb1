"""Reports on paper, set by typst; its compiler is in its wheel, and the fonts are our own."""
