"""The reports in a browser: long exports, saved views, and reports that are sent by themselves."""
