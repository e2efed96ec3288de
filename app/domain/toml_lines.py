"""On which line of a TOML text each key stands, for telling a person where to look. ``tomllib`` does not keep it.

The text must be one that ``tomllib`` accepts: nothing is checked here. A place is a tuple of keys and list positions.
"""

from bisect import bisect
from itertools import count

Place = tuple[str | int, ...]

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


class TomlLines:
    """Line numbers from 1. What stands nowhere (a missing key) is where the table that lacks it begins."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._starts = [0] + [at + 1 for at, sign in enumerate(self._text) if sign == "\n"]
        self._lines: dict[Place, int] = {(): 1}
        self._arrays: dict[Place, int] = {}
        self._at = 0
        self._walk()

    def line(self, place: Place) -> int:
        while place not in self._lines:
            place = place[:-1]
        return self._lines[place]

    def _walk(self) -> None:
        table: Place = ()
        while self._skip():
            if self._text.startswith("[[", self._at):
                table = self._header(2, many=True)
            elif self._text[self._at] == "[":
                table = self._header(1, many=False)
            else:
                self._pair(table)

    def _header(self, brackets: int, *, many: bool) -> Place:
        begun = self._at
        self._at += brackets
        *above, last = self._key()
        self._at += brackets
        place: Place = ()
        for part in above:
            place = self._inside((*place, part))
        place = (*place, last)
        if many:
            self._arrays[place] = self._arrays.get(place, 0) + 1
            self._note(place, begun)
            place = (*place, self._arrays[place] - 1)
        else:
            place = self._inside(place)
        self._note(place, begun)
        return place

    def _inside(self, place: Place) -> Place:
        """A header below an array of tables speaks of its last entry."""
        return (*place, self._arrays[place] - 1) if place in self._arrays else place

    def _pair(self, table: Place) -> None:
        begun = self._at
        place = table
        for part in self._key():
            place = (*place, part)
            self._note(place, begun)
        self._at = self._text.index("=", self._at) + 1
        self._value(place)

    def _value(self, place: Place) -> None:
        self._skip(newlines=False)
        self._note(place, self._at)
        sign = self._text[self._at]
        if sign in "\"'":
            self._string()
        elif sign == "[":
            self._members("]", lambda n: self._value((*place, n)))
        elif sign == "{":
            self._members("}", lambda _n: self._pair(place))
        else:
            while self._at < len(self._text) and self._text[self._at] not in ",]}#\n":
                self._at += 1

    def _members(self, end: str, member) -> None:
        self._at += 1
        for n in count():
            self._skip()
            if self._text[self._at] == ",":
                self._at += 1
                self._skip()
            if self._text[self._at] == end:
                break
            member(n)
        self._at += 1

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip(newlines=False)
            if self._text[self._at] in "\"'":
                parts.append(self._string())
            else:
                begun = self._at
                while self._text[self._at] in _BARE:
                    self._at += 1
                parts.append(self._text[begun:self._at])
            self._skip(newlines=False)
            if self._text[self._at] != ".":
                return parts
            self._at += 1

    def _string(self) -> str:
        quote = self._text[self._at]
        mark = quote * 3 if self._text.startswith(quote * 3, self._at) else quote
        begun = self._at = self._at + len(mark)
        while not self._text.startswith(mark, self._at):
            self._at += 2 if quote == '"' and self._text[self._at] == "\\" else 1
        inner = self._text[begun:self._at]
        self._at += len(mark)
        while len(mark) == 3 and self._text.startswith(quote, self._at):  # up to two quotes may end the text itself
            self._at += 1
        return inner

    def _skip(self, *, newlines: bool = True) -> bool:
        """Over blanks and, between statements and in lists, newlines and comments; False at the end of the text."""
        blank = " \t\n" if newlines else " \t"
        while self._at < len(self._text):
            if self._text[self._at] in blank:
                self._at += 1
            elif newlines and self._text[self._at] == "#":
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
            else:
                return True
        return False

    def _note(self, place: Place, at: int) -> None:
        self._lines.setdefault(place, bisect(self._starts, at))
