"""Is this face a print or a screen? The mean of the pack's networks of the MiniFASNet kind, each with its own surroundings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.capture.network import Network
from app.capture.pack_input import AttackInput, attack_inputs

if TYPE_CHECKING:
    import numpy as np

    from app.capture.model_pack import ModelPack

CLASSES, REAL = 3, 1


class AttackNets:
    """Networks of three classes, of which 1 is a real face. Raises ``models.*`` where one does not load."""

    def __init__(self, pack: ModelPack) -> None:
        inputs = attack_inputs(pack.description)
        self._nets = [(one, Network(pack, model, (1, 3, one.size, one.size), CLASSES))
                      for one, model in zip(inputs, pack.description.of_role("attack_detection"), strict=True)]

    def real(self, image: np.ndarray, box: tuple[int, int, int, int]) -> float:
        """0–1, the mean over the networks."""
        return sum(_shares(net.run(_blob(image, box, one)))[REAL] for one, net in self._nets) / len(self._nets)


def surroundings(box: tuple[int, int, int, int], enlarged: float, width_px: int, height_px: int,
                 ) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the box enlarged about its centre, clipped to the frame."""
    x, y, width, height = box
    middle_x, middle_y, half_x, half_y = x + width / 2, y + height / 2, width * enlarged / 2, height * enlarged / 2
    left, top = max(0, round(middle_x - half_x)), max(0, round(middle_y - half_y))
    return left, top, min(width_px, round(middle_x + half_x)), min(height_px, round(middle_y + half_y))


def _blob(image: np.ndarray, box: tuple[int, int, int, int], one: AttackInput) -> np.ndarray:
    import cv2
    import numpy as np

    left, top, right, bottom = surroundings(box, one.enlarged, image.shape[1], image.shape[0])
    crop = image[top:max(bottom, top + 1), left:max(right, left + 1)]
    small = cv2.resize(crop, (one.size, one.size), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(small.transpose(2, 0, 1)[None], dtype=np.float32)


def _shares(row: np.ndarray) -> np.ndarray:
    """Softmax, unless the network has done it: then the row is shares already and sums to 1."""
    import numpy as np

    if row.min() >= 0 and abs(row.sum() - 1) < 1e-3:
        return row
    exponents = np.exp(row - row.max())
    return exponents / exponents.sum()
