"""Sheets that staff hand in: read, checked, shown before anything is written, imported once.

The engine knows no word of the domain; an app brings an `Importer` for each kind of sheet it can take in
(`register`, in its `AppConfig.ready`). Preview and import run the same checks in the same order, so that what the
import would refuse is known before it begins.
"""
