"""The demo people's names as pen strokes: each character a few polylines in its own square, x and y from 0 to 1."""

import random
from collections.abc import Iterator
from itertools import pairwise

Stroke = tuple[tuple[float, float], ...]

CHARACTERS: dict[str, tuple[Stroke, ...]] = {
    "林": (((.05, .35), (.45, .33)), ((.25, .05), (.25, .95)), ((.25, .36), (.05, .75)), ((.27, .42), (.42, .62)),
          ((.52, .33), (.98, .31)), ((.74, .03), (.74, .97)), ((.74, .34), (.48, .82)), ((.75, .36), (.98, .82))),
    "晓": (((.06, .2), (.06, .8)), ((.06, .2), (.34, .2), (.34, .8)), ((.08, .5), (.32, .5)), ((.07, .79), (.33, .79)),
          ((.5, .22), (.92, .12)), ((.58, .05), (.72, .4), (.95, .3)), ((.9, .02), (.97, .1)), ((.45, .5), (.98, .48)),
          ((.62, .5), (.58, .75), (.4, .95)), ((.78, .5), (.78, .9), (.98, .9), (.98, .78))),
    "星": (((.25, .05), (.25, .42)), ((.25, .05), (.76, .05), (.76, .42)), ((.27, .23), (.74, .23)), ((.26, .41), (.75, .41)),
          ((.2, .5), (.1, .66)), ((.16, .58), (.86, .56)), ((.22, .74), (.8, .73)), ((.5, .46), (.5, .94)),
          ((.05, .95), (.96, .94))),
    "陈": (((.08, .06), (.34, .06), (.22, .34), (.36, .52), (.16, .6)), ((.1, .06), (.1, .97)), ((.44, .2), (.96, .18)),
          ((.64, .03), (.5, .45), (.98, .43)), ((.72, .3), (.72, .95), (.62, .88)), ((.58, .6), (.46, .82)),
          ((.84, .6), (.97, .8))),
    "明": (((.06, .2), (.06, .8)), ((.06, .2), (.36, .2), (.36, .8)), ((.08, .5), (.34, .5)), ((.07, .79), (.35, .79)),
          ((.58, .08), (.58, .6), (.46, .96)), ((.58, .08), (.93, .08), (.93, .94), (.84, .88)), ((.6, .34), (.91, .34)),
          ((.59, .6), (.91, .6))),
    "远": (((.42, .1), (.86, .09)), ((.32, .32), (.97, .3)), ((.54, .32), (.5, .55), (.36, .74)),
          ((.7, .31), (.7, .68), (.94, .68), (.94, .56)), ((.1, .08), (.2, .2)), ((.04, .36), (.22, .36), (.12, .6), (.22, .78)),
          ((.04, .86), (.26, .8), (.5, .93), (.98, .93))),
    "立": (((.48, .03), (.54, .14)), ((.12, .28), (.9, .27)), ((.3, .42), (.38, .78)), ((.7, .4), (.58, .84)),
          ((.04, .93), (.97, .92))),
}


def strokes(name: str, seed: int) -> Iterator[list[tuple[float, float]]]:
    """The name's strokes as points over a pad (shares of its width and height), a little different for each seed."""
    chance = random.Random(seed)
    cell = 0.66 / len(name)
    for at, character in enumerate(name):
        left, top = 0.15 + at * (cell + 0.02) + chance.uniform(-0.01, 0.01), 0.3 + chance.uniform(-0.03, 0.03)
        for stroke in CHARACTERS[character]:
            bend = [(x + chance.uniform(-0.035, 0.035), y + chance.uniform(-0.035, 0.035)) for x, y in stroke]
            yield [(left + x * cell * 0.92, top + y * 0.4) for x, y in _drawn(bend, chance)]


def _drawn(bend: list[tuple[float, float]], chance: random.Random) -> Iterator[tuple[float, float]]:
    """Points along the bends as a hand sets them: six a segment, each a trifle off the line."""
    for (x0, y0), (x1, y1) in pairwise(bend):
        for step in range(6):
            share = step / 6
            yield x0 + (x1 - x0) * share + chance.uniform(-0.006, 0.006), y0 + (y1 - y0) * share
    yield bend[-1]
