"""The Chinese TrueType font of every document: found on the machine, checked glyph by glyph, embedded in the PDF."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.domain.condition import Kind

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
BODY, BOLD = "MianqianBody", "MianqianBold"
PAIRS = (("LXGWWenKai-Regular.ttf", "LXGWWenKai-Bold.ttf"), ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"),
         ("simfang.ttf", "simhei.ttf"), ("simkai.ttf", "simhei.ttf"), ("simhei.ttf", "simhei.ttf"))

FONT_MISSING = Kind(
    "forms.font_missing", zh="找不到可嵌入的中文 TrueType 字体，无法生成合同。",
    zh_next="请安装软件包 {package}，或把 .ttf 字体文件放入程序的 resources/fonts 文件夹。",
    en="No embeddable Chinese TrueType font was found, so documents cannot be drawn.",
    en_next="Install the package {package}, or put .ttf files into the program's folder resources/fonts.")
GLYPH_MISSING = Kind(
    "forms.glyph_missing", zh="字体中没有字符 {codepoint}，文件中会缺字。",
    zh_next="请安装收字更全的字体（{package}），或请管理员把含该字的 .ttf 放入 resources/fonts。",
    en="The font has no character {codepoint}; it would be missing from the document.",
    en_next="Install a font with more characters ({package}), or put a .ttf that has it into resources/fonts.")
PACKAGE = "fonts-lxgw-wenkai"


@dataclass(frozen=True)
class Fonts:
    """Names under which the two weights are registered with reportlab, and the characters both can draw."""

    body: str
    bold: str
    regular_file: Path
    bold_file: Path
    characters: frozenset[int]

    def check(self, text: str) -> None:
        """Raises ``forms.glyph_missing`` naming the first code point that either weight cannot draw."""
        for character in text:
            if ord(character) not in self.characters and character != "\n":
                raise GLYPH_MISSING(codepoint=f"U+{ord(character):04X}", package=PACKAGE)


def find_pair(folders: Iterable[Path]) -> tuple[Path, Path]:
    """Regular and bold font file: the first folder that holds a known pair; raises ``forms.font_missing``."""
    for folder in folders:
        for regular, bold in PAIRS:
            if (folder / regular).is_file():
                second = folder / bold
                return folder / regular, second if second.is_file() else folder / regular
    raise FONT_MISSING(package=PACKAGE)


def folders() -> Iterator[Path]:
    """Where fonts are looked for, the project's own folder first."""
    yield RESOURCES / "fonts"
    yield Path("/usr/share/fonts/truetype/lxgw-wenkai")
    yield from sorted(path.parent for path in Path("/usr/share/fonts").rglob("LXGWWenKai-Regular.ttf"))
    yield Path.home() / ".local/share/fonts"
    windows = os.environ.get("WINDIR")
    if windows:
        yield Path(windows) / "Fonts"


@cache
def fonts() -> Fonts:
    """The pair in use, registered with reportlab once per process."""
    from reportlab.pdfbase import pdfmetrics, ttfonts

    regular, bold = find_pair(folders())
    ttfonts.makeToUnicodeCMap = to_unicode
    faces = [ttfonts.TTFont(name, str(path)) for name, path in ((BODY, regular), (BOLD, bold))]
    for face in faces:
        pdfmetrics.registerFont(face)
    characters = frozenset(faces[0].face.charToGlyph) & frozenset(faces[1].face.charToGlyph)
    return Fonts(BODY, BOLD, regular, bold, characters)


def to_unicode(name: str, subset: list[int]) -> str:
    """ToUnicode map of a subset in UTF-16BE, 100 entries a block, as ISO 32000-1 §9.10.3 asks.

    Stands in for reportlab's own, which writes code points above U+FFFF as five hex digits, so that rare names
    would come out as other characters when the text is extracted.
    """
    lines = ["/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap",
             "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
             f"/CMapName /{name} def", "/CMapType 2 def",
             "1 begincodespacerange", f"<00> <{len(subset) - 1:02X}>", "endcodespacerange"]
    for start in range(0, len(subset), 100):
        block = subset[start:start + 100]
        lines.append(f"{len(block)} beginbfchar")
        lines += [f"<{start + i:02X}> <{chr(code).encode('utf-16-be', 'surrogatepass').hex().upper()}>"
                  for i, code in enumerate(block)]
        lines.append("endbfchar")
    return "\n".join([*lines, "endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"])
