"""The site's search: what is indexed and asked is folded alike, so that letters and marks don't matter."""
