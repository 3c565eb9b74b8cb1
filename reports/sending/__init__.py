"""Reports on their way to people's letter boxes: which are due, their letters, and handing these to the mail server."""
