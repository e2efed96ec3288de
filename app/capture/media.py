"""What kind of file these bytes begin like; decoding decides whether they really are one."""

PDF, OFD, HEIC = "application/pdf", "application/ofd", "image/heic"
_STARTS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"II*\x00", "image/tiff"),
           (b"MM\x00*", "image/tiff"), (b"BM", "image/bmp"), (b"PK\x03\x04", OFD))
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
PDF_HEADER_WITHIN = 1024


def media_type(data: bytes) -> str:
    """The media type by its first bytes; ``application/octet-stream`` for anything unknown. Any ZIP counts as OFD."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return HEIC
    known = next((kind for start, kind in _STARTS if data.startswith(start)), "")
    return known or (PDF if b"%PDF-" in data[:PDF_HEADER_WITHIN] else "application/octet-stream")
