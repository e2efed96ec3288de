"""What an ID card's chip says otherwise than its print. Chip and print of a genuine card agree in every field."""

from app.domain.facts import Finding, IdCard

NAMES = {"name": ("姓名", "name"), "sex": ("性别", "sex"), "nation": ("民族", "nation"), "birth": ("出生", "birth date"),
         "address": ("住址", "address"), "number": ("号码", "number"), "authority": ("签发机关", "issuing authority"),
         "valid_from": ("有效期起", "valid from"), "valid_to": ("有效期止", "valid until")}


def differences(chip: IdCard, printed: IdCard) -> tuple[Finding, ...]:
    """A finding a field that differs, blanks aside. Another number blocks: then it is not the chip of this card."""
    return tuple(_finding(name) for name in NAMES if _bare(getattr(chip, name)) != _bare(getattr(printed, name)))


def _bare(value: object) -> object:
    return "".join(value.split()).upper() if isinstance(value, str) else value


def _finding(name: str) -> Finding:
    zh, en = NAMES[name]
    return Finding(code=f"id_chip.{name}", level="block" if name == "number" else "warn",
                   zh=f"芯片里的{zh}与证件上的不一致", en=f"the chip's {en} differs from the card's")
