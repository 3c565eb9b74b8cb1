"""The trip of a season, one module a person."""
