"""The public site, as visitors and families walk through it."""
