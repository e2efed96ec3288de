"""The window's words: Chinese first, English second, and figures as people write them."""

from datetime import UTC, date, datetime

from app.domain.condition import Language
from app.domain.policy import Words

_language: Language = "zh"


def set_language(language: Language) -> None:
    """Words asked for from now on come in this language; widgets built before keep theirs."""
    global _language
    _language = language


def language() -> Language:
    return _language


def tr(zh: str, en: str) -> str:
    """The text in the window's language. Both stand side by side in the code, so that neither is forgotten."""
    return zh if _language == "zh" else en


def of(words: Words) -> str:
    """The policy pack's or the domain's words in the window's language."""
    return words.of(_language)


def yuan(fen: int | None) -> str:
    """¥ 86,000 or ¥ 86,000.50; a dash for None."""
    if fen is None:
        return "—"
    whole, cents = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"¥ {sign}{whole:,}" + (f".{cents:02d}" if cents else "")


def percent(share: float | None, digits: int = 0) -> str:
    return "—" if share is None else f"{share * 100:.{digits}f}%"


def megabytes(size: int) -> str:
    if size < 1_000_000:
        return f"{size / 1000:.0f} KB"
    return f"{size / 1_000_000:.1f} MB"


def minutes(seconds: float) -> str:
    """m:ss"""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone()


def clock(moment: datetime) -> str:
    return local(moment).strftime("%H:%M:%S")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(of: date) -> str:
    """11 月 23 日, 23 Nov"""
    return tr(f"{of.month} 月 {of.day} 日", f"{of.day} {_MONTHS[of.month - 1]}")


def by_when(moment: datetime) -> str:
    """``11-24 18:00``, for something due."""
    return local(moment).strftime("%m-%d %H:%M")


_DAYS = (("周一", "Mon"), ("周二", "Tue"), ("周三", "Wed"), ("周四", "Thu"), ("周五", "Fri"), ("周六", "Sat"),
         ("周日", "Sun"))


def when(moment: datetime, now: datetime) -> str:
    """A moment as a list shows it: 10:12 today, yesterday, a weekday, else month and day."""
    moment, now = local(moment), local(now)
    days = (now.date() - moment.date()).days
    if days <= 0:
        return moment.strftime("%H:%M")
    if days == 1:
        return tr("昨日", "Yesterday")
    if days < 7:
        return tr(*_DAYS[moment.weekday()])
    return moment.strftime("%m-%d") if moment.year == now.year else moment.strftime("%Y-%m-%d")
