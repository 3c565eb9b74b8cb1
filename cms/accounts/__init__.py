"""The site's own rooms: signing in, asking for a place, and what a family has asked for."""
