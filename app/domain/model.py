"""The one base of every value in the house: frozen, closed to unknown fields, readable from and to JSON."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen value. Unknown fields are refused, so that hostile input cannot ride along."""

    model_config = ConfigDict(frozen=True, extra="forbid")
