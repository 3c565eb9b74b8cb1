"""No tables: the module only makes Django tell this app when a migrate is done (see apps.py)."""
