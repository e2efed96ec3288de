"""The demo customer: a face, a card and papers made at run time from public-domain material and invented data."""
