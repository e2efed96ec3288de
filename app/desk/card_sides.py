"""The two sides of an identity card: which one a new picture stands for, so that neither is forgotten nor taken twice."""

from collections.abc import Collection, Iterable

from app.domain.condition import Condition, Kind
from app.domain.facts import CardSide, IdCardCaptured, PaperCaptured
from app.domain.policy import SIDES, Paper, Words

NAMES = {"front": Words(zh="人像面", en="portrait side"), "back": Words(zh="国徽面", en="emblem side")}

SIDE_TAKEN = Kind(
    "card.side_taken", zh="{side}已经拍好了。", zh_next="请翻到{other}再拍；要换掉这一面，请选中它重拍。",
    en="The {side_en} is there already.", en_next="Turn to the {other_en}; to take this side anew, choose it and retake it.")
BOTH_TAKEN = Kind(
    "card.both_taken", zh="证件两面都已经拍好了。", zh_next="要换掉哪一面，请选中它重拍。",
    en="Both sides of the card are there already.", en_next="To take one anew, choose it and retake it.")
OTHER_SIDE = Kind(
    "card.other_side", zh="镜头前是{side}，要重拍的是{other}。", zh_next="请把证件翻过来再拍。",
    en="Before the camera is the {side_en}; the {other_en} is to be taken anew.", en_next="Turn the card over.")


def settle(paper: Paper, pages: tuple[PaperCaptured, ...], shown: CardSide, replaces: str = "") -> tuple[CardSide, str]:
    """The side that a new page of ``paper`` stands for and the page it replaces, '' = none. ``shown`` is the side that was
    recognised; where none was, the page stands for the one that is wanted next. An unusable page gives way to a new one of
    its side. Raises ``card.*``."""
    if not paper.sides:
        return "", replaces
    if replaces:
        wanted = next(page.side for page in pages if page.page_id == replaces)
        if shown not in ("", wanted):
            raise _told(OTHER_SIDE, shown)
        return wanted, replaces
    side = next_side(taken(pages), shown)
    return side, next((page.page_id for page in pages if page.side == side), "")


def taken(pages: Iterable[PaperCaptured | IdCardCaptured]) -> frozenset[CardSide]:
    """The sides of which there is a usable picture."""
    return frozenset(page.side for page in pages if page.quality.score > 0
                     and all(finding.level != "block" for finding in page.findings))


def next_side(there: Collection[CardSide], shown: CardSide = "") -> CardSide:
    """``shown``, or the first side that is not ``there``. Raises ``card.side_taken`` and ``card.both_taken``."""
    wanted = [side for side in SIDES if side not in there]
    if not wanted:
        raise BOTH_TAKEN()
    if shown in there:
        raise _told(SIDE_TAKEN, shown)
    return shown or wanted[0]


def _told(kind: Kind, shown: CardSide) -> Condition:
    other = NAMES["back" if shown == "front" else "front"]
    return kind(side=NAMES[shown].zh, side_en=NAMES[shown].en, other=other.zh, other_en=other.en)
