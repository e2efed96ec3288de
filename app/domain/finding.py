"""Short hand for findings: ``block`` stops, ``warn`` asks for a reason, ``info`` only tells."""

from app.domain.facts import Finding

SCREEN = "document.screen"  # a page is doubtful until a person has compared it with the original

def block(code: str, zh: str, en: str) -> Finding:
    return Finding(code=code, level="block", zh=zh, en=en)


def warn(code: str, zh: str, en: str) -> Finding:
    return Finding(code=code, level="warn", zh=zh, en=en)


def info(code: str, zh: str, en: str) -> Finding:
    return Finding(code=code, level="info", zh=zh, en=en)
