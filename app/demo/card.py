"""A plainly fictional identity card, drawn at run time: own drawing, invented data, marked as a specimen everywhere.

It follows the ISO ID-1 proportion and the order of fields, so that finding and reading can be shown on it. It carries
no emblem, no security print and no real name of a place below the province.
"""

from datetime import date
from typing import TYPE_CHECKING

from stdnum.cn import ric

from app.capture.fonts import font
from app.domain.facts import IdCard

if TYPE_CHECKING:
    import numpy as np

WIDTH, HEIGHT = 1712, 1080
INK, LABEL, MARK = (28, 28, 32), (40, 104, 168), (196, 40, 40)
SEXES = {"male": "男", "female": "女"}
PORTRAIT_BOX = (1110, 130, 1600, 760)


def demo_customer() -> IdCard:
    """The demo's customer."""
    return IdCard(name="林晓星", sex="female", nation="汉", birth=date(1988, 3, 6),
                  address="江苏省演示市样本区虚构路1号2幢301室", number=number_of("320101", date(1988, 3, 6), 2),
                  authority="演示市公安局样本分局", valid_from=date(2019, 5, 20), valid_to=date(2039, 5, 20))


def demo_spouse() -> IdCard:
    """The customer's husband, who signs along and never appears."""
    return IdCard(name="陈明远", sex="male", nation="汉", birth=date(1986, 11, 23),
                  address="江苏省演示市样本区虚构路1号2幢301室", number=number_of("320101", date(1986, 11, 23), 7),
                  authority="演示市公安局样本分局", valid_from=date(2018, 8, 8), valid_to=date(2038, 8, 8))


def number_of(area: str, birth: date, sequence: int) -> str:
    """ID number with its check digit (GB 11643-1999, ISO 7064 MOD 11-2); an odd sequence is male."""
    body = f"{area}{birth:%Y%m%d}{sequence:03d}"
    return body + ric.calc_check_digit(body + "0")


def draw_front(card: IdCard, portrait: "np.ndarray | None" = None) -> "np.ndarray":
    """Front of the card as BGR picture; without a portrait a plain silhouette is drawn."""
    image, draw = _blank((206, 226, 240), (244, 224, 230))
    rows = ((150, (("姓名", 90), (card.name, 270))),
            (290, (("性别", 90), (SEXES[card.sex], 270), ("民族", 440), (card.nation, 620))),
            (425, (("出生", 90), (f"{card.birth.year}", 270), ("年", 440), (f"{card.birth.month}", 530), ("月", 610),
                   (f"{card.birth.day}", 690), ("日", 770))))
    for top, texts in rows:
        for text, left in texts:
            _write(draw, (left, top), text, 62 if text not in _LABELS else 54, LABEL if text in _LABELS else INK)
    _write(draw, (90, 560), "住址", 54, LABEL)
    for index, part in enumerate(wrap(card.address, 12)):
        _write(draw, (270, 556 + index * 84), part, 62, INK)
    _write(draw, (90, 912), "公民身份号码", 54, LABEL)
    _spread(draw, (560, 904), card.number, 66, 52)
    _paste_portrait(image, draw, portrait)
    _mark(draw, (1120, 40))
    return as_bgr(image)


def draw_back(card: IdCard) -> "np.ndarray":
    """Back of the card as BGR picture."""
    image, draw = _blank((238, 224, 228), (214, 230, 236))
    draw.ellipse((120, 120, 420, 420), outline=MARK, width=10)
    _write(draw, (170, 215), "演示", 100, MARK)
    _write(draw, (560, 150), "中华人民共和国", 104, INK, spread=20)
    _write(draw, (560, 330), "居 民 身 份 证", 124, INK)
    _write(draw, (380, 760), "签发机关", 56, LABEL)
    _write(draw, (680, 756), card.authority, 60, INK)
    _write(draw, (380, 890), "有效期限", 56, LABEL)
    until = "长期" if card.valid_to is None else f"{card.valid_to:%Y.%m.%d}"
    _write(draw, (680, 886), f"{card.valid_from:%Y.%m.%d}-{until}", 60, INK)
    _mark(draw, (1120, 40))
    return as_bgr(image)


def wrap(text: str, width: int) -> list[str]:
    """Pieces of at most ``width`` Chinese characters; Latin ones count half."""
    pieces, current, used = [], "", 0.0
    for character in text:
        step = 0.55 if character.isascii() else 1.0
        if used + step > width:
            pieces.append(current)
            current, used = "", 0.0
        current, used = current + character, used + step
    return [*pieces, current] if current else pieces


_LABELS = frozenset(["姓名", "性别", "民族", "出生", "年", "月", "日"])


def _blank(left: tuple[int, int, int], right: tuple[int, int, int]):
    """Pale gradient with an own pattern of waves and a faint word across it."""
    import numpy as np
    from PIL import Image, ImageDraw

    x = np.linspace(0, 1, WIDTH)[None, :, None]
    y = np.linspace(0, 1, HEIGHT)[:, None, None]
    ground = np.array(left) * (1 - x) + np.array(right) * x
    waves = np.sin(90 * y + 6 * np.sin(9 * x)) + np.sin(70 * x + 5 * np.sin(7 * y))
    image = Image.fromarray((ground + 5 * waves).clip(0, 255).astype(np.uint8), "RGB")
    faint = Image.new("RGBA", image.size)
    ImageDraw.Draw(faint).text((430, 560), "演示样本", (196, 40, 40, 18), font(250))
    image.paste(faint, (0, 0), faint)
    return image, ImageDraw.Draw(image)


def _write(draw, place: tuple[int, int], text: str, size: int, ink, spread: int = 0) -> None:
    left, top = place
    if not spread:
        draw.text((left, top), text, ink, font(size))
        return
    for character in text:
        draw.text((left, top), character, ink, font(size))
        left += size + spread


def _spread(draw, place: tuple[int, int], text: str, size: int, pitch: int) -> None:
    for index, character in enumerate(text):
        draw.text((place[0] + index * pitch, place[1]), character, INK, font(size))


def _mark(draw, place: tuple[int, int]) -> None:
    draw.text(place, "演示样本 非真实证件", MARK, font(46))


def _paste_portrait(image, draw, portrait: "np.ndarray | None") -> None:
    from PIL import Image

    left, top, right, bottom = PORTRAIT_BOX
    if portrait is None:
        draw.rectangle(PORTRAIT_BOX, fill=(226, 230, 234))
        draw.ellipse((left + 130, top + 90, right - 130, top + 370), fill=(150, 158, 168))
        draw.pieslice((left + 30, top + 380, right - 30, bottom + 260), 180, 360, fill=(150, 158, 168))
        return
    height, width = portrait.shape[:2]
    wanted = (right - left) / (bottom - top)
    cut_w, cut_h = (width, round(width / wanted)) if width / height < wanted else (round(height * wanted), height)
    x, y = (width - cut_w) // 2, (height - cut_h) // 2
    piece = portrait[y:y + cut_h, x:x + cut_w, ::-1].copy()
    image.paste(Image.fromarray(piece, "RGB").resize((right - left, bottom - top), Image.Resampling.LANCZOS),
                (left, top))


def as_bgr(image) -> "np.ndarray":
    """Pillow RGB picture as BGR array."""
    import numpy as np

    return np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
