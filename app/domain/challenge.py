"""What a person is asked to do before the camera, drawn from a nonce: the order of actions and the coloured light.

Client and bank draw the same from the same nonce, so that the bank can check what was shown.
"""

from hashlib import sha256
from itertools import permutations
from typing import Literal

from app.domain.evidence import Sha256
from app.domain.model import Model

Action = Literal["blink", "turn_left", "turn_right", "open_mouth", "nod"]
NonceFrom = Literal["device", "bank"]
LightMode = Literal["off", "observe", "enforce"]
FileCamera = Literal["reject", "review", "allow"]
Colour = tuple[int, int, int]

ACTIONS: tuple[Action, ...] = ("blink", "turn_left", "turn_right", "open_mouth", "nod")
TURNS: frozenset[Action] = frozenset({"turn_left", "turn_right"})
EXPRESSIONS: frozenset[Action] = frozenset({"blink", "open_mouth"})
ACTIONS_ASKED = 3

COLOURS: dict[str, Colour] = {  # RGB on the screen; no saturated red, for photosensitive people
    "white": (255, 255, 255), "rose": (255, 178, 178), "green": (150, 255, 170), "blue": (150, 180, 255),
    "dim": (70, 70, 78)}
LIGHT_STEPS = 8
LIGHT_STEP_S = 0.5  # two changes a second; more than three may harm (WCAG 2.3.1)


class LivenessRules(Model):
    """What the bank allows in one attempt. ``cameras``: hardware ids enrolled with the bank, None = any real camera;
    ``model_packs``: hashes approved besides the built-in pack, None = any.

    ``file_camera``: what becomes of frames from a file or a stream. A bank's policy rejects them, a demonstration's allows
    them; "review" is for looking at videos outside any case.
    """

    file_camera: FileCamera = "reject"
    allow_without_attack_detection: bool = False
    light: LightMode = "observe"
    cameras: tuple[str, ...] | None = None
    model_packs: tuple[Sha256, ...] | None = None


class LivenessPlan(Model):
    """One attempt: what is drawn from ``nonce``, the number of this attempt from 1, and the rules it is judged by."""

    nonce: str
    nonce_from: NonceFrom = "device"
    actions: tuple[Action, ...]
    without: tuple[Action, ...] = ()
    light_skipped: str = ""
    attempt: int = 1
    attempts_max: int = 3
    rules: LivenessRules = LivenessRules()


def draw_actions(nonce: str, without: tuple[Action, ...] = ()) -> tuple[Action, ...]:
    """Three different actions in the order the nonce draws: at least one turn and one of blink and mouth (48 orders).

    ``without`` leaves actions out for a person who cannot do them; what then cannot be had of the rule is let go, and
    fewer than three may remain.
    """
    possible = [a for a in ACTIONS if a not in without]
    orders = list(permutations(possible, min(ACTIONS_ASKED, len(possible))))
    for wanted in (TURNS, EXPRESSIONS):
        orders = [o for o in orders if wanted & set(o)] or orders
    number = int.from_bytes(sha256(f"liveness-order/1|{nonce}".encode()).digest())
    return orders[number % len(orders)]


def complete(actions: tuple[Action, ...]) -> bool:
    """Whether these actions make a full challenge: three, with a turn and with a blink or an open mouth."""
    asked = frozenset(actions)
    return len(asked) == ACTIONS_ASKED and bool(TURNS & asked) and bool(EXPRESSIONS & asked)


def draw_light(nonce: str) -> tuple[str, ...]:
    """Names of ``COLOURS`` for ``LIGHT_STEPS`` steps of ``LIGHT_STEP_S`` each; no colour follows itself."""
    names, drawn = tuple(COLOURS), []
    for byte in sha256(f"liveness-light/1|{nonce}".encode()).digest()[:LIGHT_STEPS]:
        choice = [name for name in names if not drawn or name != drawn[-1]]
        drawn.append(choice[byte % len(choice)])
    return tuple(drawn)
