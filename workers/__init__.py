"""Time: what runs beside the pages, and the commands that keep it running."""
