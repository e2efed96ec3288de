"""YuNet through cv2.FaceDetectorYN: boxes and five points, found on a small copy of the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.capture.face import Face
from app.capture.model_pack import BROKEN, ModelFile, ModelPack
from app.capture.network import session

if TYPE_CHECKING:
    import numpy as np

SCORE, SURE, OVERLAP, TOP = 0.7, 0.8, 0.3, 50
ROW = 15
OUTPUTS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}


class YuNet:
    """Loads at once and looks at nothing yet. Raises ``models.broken`` where the file is no such detector."""

    def __init__(self, pack: ModelPack, model: ModelFile) -> None:
        import cv2
        import numpy as np

        self._file = model.file
        data = pack.read(model)
        _check_outputs(data, self._file)
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what it would say is said by conditions
        try:
            self._net = cv2.FaceDetectorYN.create("onnx", np.frombuffer(data, np.uint8), np.empty(0, np.uint8),
                                                  (320, 240), SCORE, OVERLAP, TOP)
        except cv2.error as error:
            raise BROKEN(file=self._file) from error
        self.faces(np.zeros((240, 320, 3), np.uint8), 320)

    def faces(self, image: np.ndarray, width: int) -> list[Face]:
        """Faces, largest first, as they are seen ``width`` pixels wide."""
        import cv2

        height_px, width_px = image.shape[:2]
        scale = width / max(width_px, height_px * 4 / 3)
        smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        size = (max(32, round(width_px * scale)), max(32, round(height_px * scale)))
        small = cv2.resize(image, size, interpolation=smooth)
        try:
            self._net.setInputSize(size)
            rows = self._net.detect(small)[1]
        except cv2.error as error:
            raise BROKEN(file=self._file) from error
        if rows is None:
            return []
        if rows.ndim != 2 or rows.shape[1] != ROW:
            raise BROKEN(file=self._file)
        across, down = width_px / size[0], height_px / size[1]
        found = [_face(row, across, down) for row in rows.tolist()]
        return sorted((face for face in found if face), key=lambda face: face.box[2], reverse=True)


def _check_outputs(data: bytes, file: str) -> None:
    """OpenCV's detector reads its twelve outputs without looking, so they are looked at here first."""
    widths = {entry.name: (entry.shape or [None])[-1] for entry in session(data, file).get_outputs()}
    if widths != {f"{name}_{stride}": width for name, width in OUTPUTS.items() for stride in (8, 16, 32)}:
        raise BROKEN(file=file)


def _face(row: list[float], across: float, down: float) -> Face | None:
    if not all(-1e5 < value < 1e5 for value in row):
        return None
    x, y, width, height = row[0] * across, row[1] * down, row[2] * across, row[3] * down
    if width < 1 or height < 1:
        return None
    five = tuple((row[n] * across, row[n + 1] * down) for n in range(4, 14, 2))
    return Face((round(x), round(y), round(width), round(height)), row[14], sure=row[14] >= SURE, five=five)
