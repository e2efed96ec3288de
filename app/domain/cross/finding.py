"""What the comparison of two sources found: both, both values as they may be shown, and the rule they break."""

from collections.abc import Callable, Iterator
from typing import Literal

from app.domain.cross.testimony import Said
from app.domain.facts import Finding
from app.domain.model import Model
from app.domain.policy import Words

Level = Literal["info", "warn", "block"]


class Side(Model):
    """One of the two: which source, and its value, masked where it is personal."""

    source: Words
    paper: str
    value: str


class CrossFinding(Model):
    """``code`` names the rule and is stable. ``blamed`` are the pages that count for less until this is settled."""

    code: str
    level: Level
    rule: Words
    one: Side
    other: Side
    blamed: frozenset[str] = frozenset()

    @property
    def finding(self) -> Finding:
        """The same as one sentence in each language."""
        one, other = self.one, self.other
        return Finding(
            code=self.code, level=self.level,
            zh=f"{self.rule.zh}。{one.source.zh}：{one.value}；{other.source.zh}：{other.value}",
            en=f"{self.rule.en}. {_first_upper(one.source.en)}: {one.value}; {other.source.en}: {other.value}")


class Rule(Model):
    """A rule's stable code, how much its breach weighs, and what is said then. ``mask`` makes a value fit to be shown."""

    code: str
    level: Level
    zh: str
    en: str
    mask: Callable[[str], str] = str

    def broken(self, one: Said, other: Said, *, level: Level | None = None, blame: tuple[Said, ...] = ()) -> CrossFinding:
        """``blame`` are the sources whose pages count for less; none named: both."""
        blamed = frozenset(said.page_id for said in blame or (one, other) if said.page_id)
        return CrossFinding(code=self.code, level=level or self.level, rule=Words(zh=self.zh, en=self.en),
                            one=self._side(one), other=self._side(other), blamed=blamed)

    def _side(self, said: Said) -> Side:
        return Side(source=said.source, paper=said.paper, value=self.mask(said.value))

    def agree(self, voices: tuple[Said, ...], same: Callable[[str, str], bool]) -> Iterator[CrossFinding]:
        """Every voice against the one that most others agree with (of equals the first, which is the most trusted).

        Where nobody agrees with that one, its own page is as doubtful as the other's.
        """
        if len(voices) < 2:
            return
        trusted = max(voices, key=lambda one: sum(same(one.value, other.value) for other in voices))
        alone = sum(same(trusted.value, other.value) for other in voices) == 1
        for other in voices:
            if not same(trusted.value, other.value):
                yield self.broken(trusted, other, blame=(trusted, other) if alone else (other,))


def _first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]
