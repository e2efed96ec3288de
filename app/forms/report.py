"""What a check found, collected as it goes."""

from typing import NamedTuple

from app.domain.policy import Words


class Problem(NamedTuple):
    """``file`` is the name inside the package; ``zh`` and ``en`` say what is wrong with it."""

    file: str
    zh: str
    en: str


class Report:
    def __init__(self) -> None:
        self.checked: list[Words] = []
        self.unchecked: list[Words] = []
        self.problems: list[Problem] = []

    def problem(self, file: str, words: Words) -> None:
        self.problems.append(Problem(file, words.zh, words.en))

    def done(self, words: Words) -> None:
        self.checked.append(words)

    def left(self, words: Words) -> None:
        self.unchecked.append(words)

    def bad(self, file: str) -> bool:
        return any(problem.file == file for problem in self.problems)
