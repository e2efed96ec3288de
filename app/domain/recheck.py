"""What the bank's gateway and its face checker say to each other: one JSON line each way, pictures as base64.

The checker is another process: a picture that breaks a decoder or a model breaks that process and not the gateway. It
first says ``Ready``, then answers each ``Pictures`` with one ``Answer``.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.domain.evidence import Sha256
from app.domain.model import Model

LIVE_MAX = 5
PICTURE_MAX = 8 << 20
REQUEST_MAX = (LIVE_MAX + 1) * (PICTURE_MAX * 4 // 3 + 100) + 1000
ANSWER_MAX = 64 << 10

Picture = Annotated[bytes, Field(max_length=PICTURE_MAX)]
Text = Annotated[str, Field(max_length=400)]
Engine = Annotated[str, Field(pattern=r"^[ -~]{1,120}$")]
Zone = Literal["pass", "review", "fail"]
Measure = Annotated[float, Field(allow_inf_nan=False)]


class Pictures(Model):
    """The card's portrait and the live frames that came with one sealed case, as encoded pictures."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    portrait: Picture
    live: tuple[Picture, ...] = Field(min_length=1, max_length=LIVE_MAX)


class Ready(Model):
    """``lacks`` names what the model pack has no model for; ``memory_mb`` is the checker's own limit, None where the
    system has none to give."""

    engine: Engine
    pack_sha256: Sha256
    lacks: tuple[Text, ...] = ()
    memory_mb: int | None = None


class Judgement(Model):
    """What the checker saw. ``distance`` is the engine's measure, ``passive`` the median probability of a living face over
    ``passive_frames``, None without such a model; ``passive_zone`` what the pack makes of it."""

    zone: Zone
    similarity: Measure
    distance: Measure
    threshold: Measure
    review_threshold: Measure
    frames_used: int = Field(ge=1, le=LIVE_MAX)
    engine: Engine
    pack_sha256: Sha256
    passive: Measure | None = None
    passive_frames: int = Field(default=0, ge=0, le=LIVE_MAX)
    passive_zone: Zone | None = None
    lacks: tuple[Text, ...] = ()


class Unusable(Model):
    """Why the pictures cannot be judged: the condition's code and its words."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_.]{0,59}$")
    zh: Text
    en: Text


class Answer(Model):
    """One of both is there."""

    judgement: Judgement | None = None
    unusable: Unusable | None = None
