"""What kind of picture file these bytes begin like; decoding decides whether they really are one."""

_STARTS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"II*\x00", "image/tiff"),
           (b"MM\x00*", "image/tiff"), (b"BM", "image/bmp"))


def media_type(data: bytes) -> str:
    """The media type by its first bytes; ``application/octet-stream`` for anything unknown."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _STARTS if data.startswith(start)), "application/octet-stream")
