"""The Chinese TrueType fonts of every document: found on the machine, chosen character by character, embedded in the PDF."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from app.domain.condition import Kind

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
PAIRS = (("LXGWWenKai-Regular.ttf", "LXGWWenKai-Bold.ttf"), ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"),
         ("simfang.ttf", "simhei.ttf"), ("simkai.ttf", "simhei.ttf"), ("simhei.ttf", "simhei.ttf"),
         ("simsun.ttc", "simhei.ttf"), ("msyh.ttc", "msyhbd.ttc"), ("wqy-microhei.ttc", "wqy-microhei.ttc"),
         ("wqy-zenhei.ttc", "wqy-zenhei.ttc"))
SPARES = ("simsunb.ttf", "SimSunExtG.ttf", "HanaMinA.ttf", "HanaMinB.ttf")  # rare characters and nothing else

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
Pool = Mapping[str, Path]


@dataclass(frozen=True)
class Face:
    """A font under the name it is registered with at reportlab, and the code points it can draw."""

    name: str
    file: Path
    characters: Collection[int]


@dataclass(frozen=True)
class Fonts:
    """The two weights of the text, and further faces for characters that neither has. Each is loaded when first needed."""

    body: Face
    bold: Face
    rare: tuple[Path, ...] = ()

    def pieces(self, text: str, bold: bool) -> list[tuple[str, str]]:
        """``text`` as (font's name, part) in order. Raises ``forms.glyph_missing`` naming the first code point that no
        font has."""
        first = self.bold if bold else self.body
        if all(ord(character) in first.characters for character in text):
            return [(first.name, text)]
        named = groupby(((self._face(first, character).name, character) for character in text), key=itemgetter(0))
        return [(name, "".join(character for _, character in part)) for name, part in named]

    def width(self, text: str, bold: bool, size: float) -> float:
        """In points."""
        from reportlab.pdfbase.pdfmetrics import stringWidth

        return sum(stringWidth(part, name, size) for name, part in self.pieces(text, bold))

    def _face(self, first: Face, character: str) -> Face:
        for face in self._faces(first):
            if ord(character) in face.characters:
                return face
        raise GLYPH_MISSING(codepoint=f"U+{ord(character):04X}", package=PACKAGE)

    def _faces(self, first: Face) -> Iterator[Face]:
        yield first
        yield self.body
        for file in self.rare:
            yield load(file)


def find_pair(pools: Iterable[Pool]) -> tuple[Path, Path]:
    """Regular and bold font file: the first pool that holds a known pair; raises ``forms.font_missing``."""
    for pool in pools:
        for regular, bold in PAIRS:
            if regular in pool:
                return pool[regular], pool.get(bold, pool[regular])
    raise FONT_MISSING(package=PACKAGE)


def find_rare(pools: Iterable[Pool]) -> tuple[Path, ...]:
    """Every known font file that may hold what the pair lacks, those of rare characters first."""
    names = dict.fromkeys((*SPARES, *(name for pair in PAIRS for name in pair)))
    pools = tuple(pools)
    return tuple(pool[name] for name in names for pool in pools if name in pool)


@cache
def pools() -> tuple[Pool, ...]:
    """Known fonts by file name: those in the project's own folder, then the system's."""
    windows = os.environ.get("WINDIR")
    system = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts",
              *([Path(windows) / "Fonts"] if windows else [])]
    return _pool([RESOURCES / "fonts"]), _pool(system)


def _pool(folders: Iterable[Path]) -> Pool:
    known = {*SPARES, *(name for pair in PAIRS for name in pair)}
    return {path.name: path for folder in folders for path in sorted(folder.rglob("*.tt[fc]")) if path.name in known}


@cache
def fonts() -> Fonts:
    """The fonts in use, once per process."""
    regular, bold = find_pair(pools())
    return Fonts(load(regular), load(bold), find_rare(pools()))


@cache
def load(file: Path) -> Face:
    """The font of this file (a collection's first), registered with reportlab."""
    from reportlab.pdfbase import pdfmetrics, ttfonts

    ttfonts.makeToUnicodeCMap = to_unicode
    font = ttfonts.TTFont(f"Mianqian{file.stem}", str(file))
    pdfmetrics.registerFont(font)
    return Face(font.fontName, file, font.face.charToGlyph.keys())


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
