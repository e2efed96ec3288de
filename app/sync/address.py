"""A gateway's address as a person writes it."""

import re
import unicodedata
from urllib.parse import urlsplit

from app.domain.host import is_loopback
from app.sync.conditions import ADDRESS, INSECURE


def gateway_address(typed: str) -> str:
    """A gateway's address as it is used, without what a person's typing left in it; https where no scheme is said. Raises
    ``bank.address`` and ``bank.insecure``."""
    tidy = unicodedata.normalize("NFKC", typed).replace("。", ".").strip()
    address = tidy if "://" in tidy else f"https://{tidy}"
    try:
        parts = urlsplit(address)
        whole = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.username
        readable = whole and not (parts.port == 0 or re.search(r"\s", address))
    except ValueError:
        readable = False
    if not readable:
        raise ADDRESS()
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise INSECURE()
    return address.rstrip("/")
