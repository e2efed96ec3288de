"""What a person sets on this device: how the window looks and stands, which camera and microphone, the way to the bank."""

from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, ValidationError

from app.domain.condition import Kind, Language
from app.domain.model import Model

TypeSize = Literal[100, 115, 130]
TYPE_SIZES: tuple[TypeSize, ...] = get_args(TypeSize)
NO_MICROPHONE = "none"

PROXY_UNREADABLE = Kind(
    "proxy.unreadable", zh="这不是代理服务器的地址。", zh_next="请写成 http://主机:端口，例如 http://proxy.example:8080；不用代理就留空。",
    en="This is not the address of a proxy.",
    en_next="Write it as http://host:port, such as http://proxy.example:8080, or leave it empty.")


class Preferences(Model):
    """``type_size`` in percent; ``less_motion``: nothing moves by itself, whatever the system says. ``camera``: a device number,
    a hardware id, an address or a file; ``microphone``: ``auto``, ``none`` or a name; ``proxy``: '' for what the system says;
    ``place``: where the window stood, in Qt's own words."""

    language: Language = "zh"
    theme: Literal["light", "dark"] = "light"
    type_size: TypeSize = 100
    less_motion: bool = False
    camera: str = Field(default="0", min_length=1, max_length=500)
    microphone: str = Field(default="auto", min_length=1, max_length=500)
    proxy: str = Field(default="", max_length=500)
    place: str = Field(default="", max_length=4000)

    @classmethod
    def read(cls, stored: Any) -> "Preferences":
        """What was kept; each value that does not hold (any more) is its default, without touching the others."""
        known = stored if isinstance(stored, dict) else {}
        return cls.model_validate({name: known[name] for name in cls.model_fields if name in known and _holds(name, known[name])})


def _holds(name: str, value: Any) -> bool:
    try:
        Preferences.model_validate({name: value})
    except ValidationError:
        return False
    return True


def proxy_address(typed: str) -> str:
    """A proxy's address as it is used, '' for none; ``host:port`` alone is taken as http. Raises ``proxy.unreadable``."""
    tidy = typed.strip()
    if not tidy:
        return ""
    address = tidy if "://" in tidy else f"http://{tidy}"
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port and not parts.query
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/"):
        raise PROXY_UNREADABLE()
    return address.rstrip("/")
