"""Spreadsheets: read safely from anybody, written so that no spreadsheet runs what is in them."""
