"""Cameras, faces, papers, places, pens and recordings: measured and read here; nothing is decided or stored here."""
