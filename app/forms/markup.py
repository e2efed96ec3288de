"""The light Markdown of the contract texts: headings, paragraphs, highlighted clauses, lists and tables."""

import re
from dataclasses import dataclass

INLINE = re.compile(r"\\(.)|(\*\*)|([^\\*]+|\*)", re.DOTALL)
SPECIAL = re.compile(r"([\\*|#>\-])")
RULE = re.compile(r"^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?$")
CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Run:
    """A piece of text in one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Block:
    """``kind``: title, heading, paragraph, highlight or item; ``runs`` is its text."""

    kind: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Table:
    """``header`` may be empty; ``aligns`` holds left, center or right for each column."""

    header: tuple[tuple[Run, ...], ...]
    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    aligns: tuple[str, ...]


def escape(value: str) -> str:
    """A value that came from a person or a card, made safe to stand inside the text on one line."""
    return SPECIAL.sub(r"\\\1", " ".join(value.split()))


def inline(text: str) -> tuple[Run, ...]:
    """Runs of ``text``; ``**`` switches the weight, a backslash takes the next character as it is."""
    runs: list[Run] = []
    bold = False
    for escaped, switch, plain in INLINE.findall(text):
        if switch:
            bold = not bold
        elif runs and runs[-1].bold == bold:
            runs[-1] = Run(runs[-1].text + (escaped or plain), bold)
        else:
            runs.append(Run(escaped or plain, bold))
    return tuple(runs)


def split_head(source: str) -> tuple[dict[str, str], str]:
    """The ``key: value`` lines between two ``---`` at the top of a text, and the rest of it."""
    if not source.startswith("---\n"):
        return {}, source
    head, _, body = source[4:].partition("\n---\n")
    pairs = (line.partition(":") for line in head.splitlines() if line.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}, body


def parse(source: str) -> list[Block | Table]:
    """Blocks of a rendered text. Lines of one paragraph are joined without a space, as Chinese is written."""
    blocks: list[Block | Table] = []
    paragraph: list[str] = []
    lines = source.splitlines()
    at = 0

    def close() -> None:
        if paragraph:
            blocks.append(Block("paragraph", inline("".join(paragraph))))
            paragraph.clear()

    while at < len(lines):
        line = lines[at].strip()
        if line.startswith("|"):
            close()
            stop = at
            while stop < len(lines) and lines[stop].strip().startswith("|"):
                stop += 1
            blocks.append(_table([row.strip() for row in lines[at:stop]]))
            at = stop
            continue
        marked = _marked(line)
        if marked is not None or not line:
            close()
        if marked is not None:
            blocks.append(marked)
        elif line:
            paragraph.append(line)
        at += 1
    close()
    return blocks


def _marked(line: str) -> Block | None:
    for mark, kind in (("# ", "title"), ("## ", "heading"), ("> ", "highlight"), ("- ", "item")):
        if line.startswith(mark):
            return Block(kind, inline(line.removeprefix(mark).strip()))
    return None


def _table(rows: list[str]) -> Table:
    cells = [_cells(row) for row in rows if not RULE.match(row)]
    rule = next((row for row in rows if RULE.match(row)), "")
    marks = [mark.strip() for mark in rule.strip("|").split("|")] if rule else []
    columns = max(len(row) for row in cells)
    aligns = [("center" if mark.startswith(":") else "right") if mark.endswith(":") else "left" for mark in marks]
    aligns += ["left"] * (columns - len(aligns))
    filled = [tuple(inline(cell) for cell in row) + ((),) * (columns - len(row)) for row in cells]
    header = filled[0] if rule and any(filled[0]) else ()
    return Table(header, tuple(filled[1:] if rule else filled), tuple(aligns[:columns]))


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in CELL.split(row.removeprefix("|").removesuffix("|"))]
