"""The engine of a bank's model pack: YuNet, an embedding network, attack detection where the pack has it.

Blink and mouth need 68 points: the pack's own, else the built-in file where the pack lets it be used and the
installation has it; the engine's name says which. Without them it measures turns and nods from the five points.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from app.capture.attack_nets import AttackNets
from app.capture.built_in_pack import landmark_file, landmark_model
from app.capture.face import Embedding, Face
from app.capture.face_align import aligned
from app.capture.face_pose import Pose, pose, pose_of_five
from app.capture.model_pack import ModelFile, ModelPack
from app.capture.network import Network
from app.capture.pack_input import attack_inputs, embedding_input
from app.capture.pack_limits import attack_limits, calibration
from app.capture.points68 import Points68, hog_box
from app.capture.yunet import YuNet
from app.domain.challenge import ACTIONS, Action

if TYPE_CHECKING:
    import numpy as np

WIDTHS = (320, 640)
THOROUGH_WIDTHS = (320, 640, 1280)
# A share of the face's size and a width in pixels to look at. On 44 card-like portraits the embedding's closer look took the
# mean genuine distance of the test pack from 0.38 to 0.31; three looks keep the angles of a resting face within 1.6°.
EMBEDDING_LOOK = (1.9, 560)
POSE_LOOKS = ((1.5, 192), (1.8, 192), (2.1, 192))
OF_FIVE: frozenset[Action] = frozenset({"turn_left", "turn_right", "nod"})


class PackEngine:
    """Networks load at their first use; a file that does not load raises ``models.broken`` then, and every time."""

    built_in = False

    def __init__(self, pack: ModelPack) -> None:
        described = pack.description
        self._pack, self.pack_sha256 = pack, pack.sha256
        self._input = embedding_input(described.of_role("face_embedding")[0])
        attack_inputs(described)  # said wrongly is said now
        self.calibration, self.attack = calibration(described), attack_limits(described)
        self._cosine = described.of_role("face_embedding")[0].distance == "1 - cosine"
        self._points68, kind, borrowed = _landmarks(pack)
        self.models = (*described.model, *borrowed)
        self.name = f"{described.name} {described.version}/{_parts(pack)}{kind}"
        self.lacks = tuple(role for role in pack.lacks if role != "landmarks" or self._points68 is None)
        self.measurable: frozenset[Action] = frozenset(ACTIONS) if self._points68 else OF_FIVE

    @cached_property
    def _detector(self) -> YuNet:
        return YuNet(self._pack, self._pack.description.of_role("face_detector")[0])

    @cached_property
    def _network(self) -> Network:
        size = self._input.size
        return Network(self._pack, self._pack.description.of_role("face_embedding")[0], (1, 3, size, size))

    @cached_property
    def _attack_nets(self) -> AttackNets | None:
        return AttackNets(self._pack) if self.attack else None

    def faces(self, image: np.ndarray, *, thorough: bool = False, wide: bool = False) -> list[Face]:
        """YuNet sees small faces beside large ones at its first look, so ``wide`` adds nothing."""
        for width in THOROUGH_WIDTHS if thorough else WIDTHS:
            found = self._detector.faces(image, width)
            if found:
                return found
        return []

    def points(self, image: np.ndarray, face: Face) -> np.ndarray:
        """The 68 points, else the five as the mean of several looks: one look jumps by the detector's stride."""
        import numpy as np

        if self._points68 is not None:
            return self._points68.find(image, hog_box(np.array(face.five)))
        return np.mean([self._closer_look(image, face, *look) for look in POSE_LOOKS], axis=0)

    def pose(self, points: np.ndarray) -> Pose:
        return pose_of_five(points) if len(points) == 5 else pose(points)

    def embedding(self, image: np.ndarray, face: Face, points: np.ndarray) -> Embedding:
        """The mean of the aligned face's embedding and its mirror image's, each of length 1."""
        import numpy as np

        chip = aligned(image, self._closer_look(image, face, *EMBEDDING_LOOK), self._input.size)
        rows = [self._network.run(self._blob(one)) for one in (chip, chip[:, ::-1])]
        mean = sum(row / (np.linalg.norm(row) or 1.0) for row in rows)
        return tuple(float(value) for value in mean / (np.linalg.norm(mean) or 1.0))

    def distance(self, a: Embedding, b: Embedding) -> float:
        import numpy as np

        one, other = (np.array(row) / (np.linalg.norm(row) or 1.0) for row in (a, b))
        return 1.0 - float(one @ other) if self._cosine else float(np.linalg.norm(one - other))

    def live_probability(self, image: np.ndarray, face: Face) -> float | None:
        return None if self._attack_nets is None else self._attack_nets.real(image, face.box)

    def _closer_look(self, image: np.ndarray, face: Face, share: float, width: int) -> np.ndarray:
        """The five points found anew in a square of ``share`` times the face, seen ``width`` pixels wide."""
        import cv2
        import numpy as np

        x, y, wide, high = face.box
        side = max(8, round(max(wide, high) * share))
        left, top = round(x + wide / 2 - side / 2), round(y + high / 2 - side / 2)
        edges = max(0, -top), max(0, top + side - image.shape[0]), max(0, -left), max(0, left + side - image.shape[1])
        crop = image[max(0, top):max(0, top + side), max(0, left):max(0, left + side)]
        if crop.size and max(edges) < side:
            crop = cv2.copyMakeBorder(crop, *edges, cv2.BORDER_REPLICATE)
            for closer in self._detector.faces(crop, width)[:1]:
                return np.add(closer.five, (left, top))
        return np.array(face.five)

    def _blob(self, chip: np.ndarray) -> np.ndarray:
        import numpy as np

        ordered = chip[:, :, ::-1] if self._input.channels == "RGB" else chip
        scaled = (ordered / 255.0 - self._input.mean) / self._input.std
        return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], dtype=np.float32)


def _landmarks(pack: ModelPack) -> tuple[Points68 | None, str, tuple[ModelFile, ...]]:
    """Where the 68 points come from, how the engine's name says it, and the model where it is not the pack's own."""
    if own := pack.description.of_role("landmarks"):
        return Points68(lambda: pack.path(own[0])), "", ()
    if pack.description.builtin_landmarks and (model := landmark_model()) is not None:
        return Points68(landmark_file), "+built-in 68 points", (model,)
    return None, "+five points", ()


def _parts(pack: ModelPack) -> str:
    return "+".join(model.file.rsplit(".", 1)[0] for model in pack.description.model)
