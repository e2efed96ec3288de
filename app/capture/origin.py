"""Where a picture file says it comes from: software that edits pictures, a screen shot (anti-fraud rule F30).

The file's own words are compared with names known here and never shown: they may hold anything.
"""

import io
import re
import warnings

from app.capture.media import PDF
from app.capture.picture import BROKEN, FORMATS
from app.domain.facts import Finding
from app.domain.finding import warn

EDITORS = {
    "photoshop": "Photoshop", "lightroom": "Lightroom", "gimp": "GIMP", "snapseed": "Snapseed", "picsart": "PicsArt",
    "meitu": "美图秀秀", "美图": "美图秀秀", "xiuxiu": "美图秀秀", "canva": "Canva", "pixelmator": "Pixelmator",
    "affinity": "Affinity", "paint.net": "Paint.NET", "corel": "Corel", "illustrator": "Illustrator",
    "inkscape": "Inkscape", "krita": "Krita", "photopea": "Photopea", "acdsee": "ACDSee", "coreldraw": "CorelDRAW",
    "faceapp": "FaceApp", "stable diffusion": "Stable Diffusion", "midjourney": "Midjourney", "comfyui": "ComfyUI",
}
EDITOR = re.compile(r"(?<![a-z0-9])(?:" + "|".join(map(re.escape, EDITORS)) + r")(?![a-z])", re.IGNORECASE)
SCREEN = re.compile(r"screen.?shot|screen.?capture|snipaste|flameshot|spectacle|截图|截屏", re.IGNORECASE)
SOFTWARE, PROCESSING, DESCRIPTION, EXIF, USER_COMMENT = 0x0131, 0x000B, 0x010E, 0x8769, 0x9286
TEXTS = ("Software", "Comment", "comment", "Description", "parameters")
XMP = ("xmp", "XML:com.adobe.xmp")
XMP_NAMES = re.compile(r"(?:CreatorTool|softwareAgent)\s*(?:=\s*[\"']|>)\s*([^<\"']{1,200})")
WORDS_MOST = 65_536
PDF_NAMES = re.compile(rb"/(?:Producer|Creator)\s*\((.{0,200}?)\)|<(?:pdf:Producer|xmp:CreatorTool)>(.{0,200}?)<", re.DOTALL)


def origin_findings(data: bytes, kind: str) -> tuple[Finding, ...]:
    """What the file's own remarks tell of editing and screen shots; nothing where they are silent."""
    return findings_of(_pdf_words(data) if kind == PDF else _picture_words(data))


def findings_of(words: str) -> tuple[Finding, ...]:
    """What a file's remarks, gathered before, tell."""
    return tuple(finding for finding in (_edited(words), _screen(words)) if finding)


def _edited(words: str) -> Finding | None:
    found = EDITOR.search(words)
    name = EDITORS[found.group().lower()] if found else None
    return name and warn("import.edited", f"文件记录它经过 {name} 处理，请核对原件。",
                         f"The file says that {name} worked on it; compare it with the original.")


def _screen(words: str) -> Finding | None:
    return warn("import.screenshot", "文件记录它是屏幕截图，请核对原件。",
                "The file says that it is a screen shot; compare it with the original.") if SCREEN.search(words) else None


def _pdf_words(data: bytes) -> str:
    found = (one or other for one, other in PDF_NAMES.findall(data))
    return " ".join(part.decode("utf-8", "replace").replace("\x00", "") for part, _ in zip(found, range(50), strict=False))


def _picture_words(data: bytes) -> str:
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _words(image.getexif(), image.info)
        except (*BROKEN, Image.DecompressionBombError):
            return ""  # what is wrong with the picture is said when it is decoded


def words_of(info: dict) -> str:
    """The remarks in what a decoder gives of a file: ``exif`` and ``xmp`` as bytes, texts by their names."""
    from PIL import Image

    exif = Image.Exif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exif.load(info.get("exif"))
            return _words(exif, info)
        except BROKEN:
            return ""


def _words(exif, info: dict) -> str:
    parts = [exif.get(SOFTWARE), exif.get(PROCESSING), exif.get(DESCRIPTION), exif.get_ifd(EXIF).get(USER_COMMENT),
             *(info.get(name) for name in TEXTS)]
    parts += [" ".join(XMP_NAMES.findall(_text(info[name]))) for name in XMP if info.get(name)]
    return " ".join(_text(part) for part in parts if part)[:WORDS_MOST]


def _text(part: object) -> str:
    words = part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part)
    return words[:WORDS_MOST].replace("\x00", "")
