"""Write one generated clip as a video, to be looked at or given to ``mianqian liveness``.

    python -m benchmarks.synth SPECIES OUT.avi [--seed 7] [--fps 10] [--room office] [--glasses] [--person NAME]

Prints the order of actions that the clip performs. ``NAME`` is 'astronaut' or a photograph below ../shared/data/faces.
"""

import argparse
from pathlib import Path

from app.capture.engines import load_engine
from app.domain.challenge import LivenessRules
from benchmarks.faces.data import shared_data
from benchmarks.synth.clip import Clip, record
from benchmarks.synth.people import TUNING, person, with_glasses
from benchmarks.synth.presentation import SPECIES
from benchmarks.synth.room import ROOMS


def main() -> None:
    arguments = _arguments()
    data = None if arguments.person == TUNING[0] else shared_data()
    one = person(arguments.person, data)
    other = with_glasses(person(TUNING[0]), arguments.seed)  # whoever helps with a splice
    clip = Clip(arguments.species, one, arguments.seed, fps=arguments.fps, room=arguments.room,
                glasses=arguments.glasses, other=other)
    rules = LivenessRules(light="observe")
    record(clip, load_engine(), rules, arguments.out)
    print(",".join(clip.plan(rules).actions))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("species", choices=("genuine", *SPECIES))
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--fps", type=int, default=10)
    parser.add_argument("--room", choices=tuple(ROOMS), default="office")
    parser.add_argument("--glasses", action="store_true")
    parser.add_argument("--person", default=TUNING[0], metavar="NAME")
    return parser.parse_args()


if __name__ == "__main__":
    main()
