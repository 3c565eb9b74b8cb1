"""A backup is one file: the database at one moment, the files, and what proves both (docs/backup.md).

The file is a zip of parts. `parts.py` writes and reads those; `plain.py` and `sealed.py` are the two ways the zip's
bytes lie on the disk, so that a single changed bit is found before anything is restored.
"""
