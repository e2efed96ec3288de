"""Text lines of a picture through RapidOCR's own models, which lie inside its wheel; nothing is ever downloaded."""

import importlib.util
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.condition import Kind

if TYPE_CHECKING:
    import numpy as np

CARD_SIDE = 640
FRAME_SIDE = 960
PAGE_SIDE = 960
SQUARE = 0.75  # short side over long: what is squarer is looked at smaller, so that it takes no more memory and time
LEAST_WIDTH = 96  # pixels to which a short line is padded: 320 as delivered costs a card a third more time
DETECTOR = "PP-OCRv6_det_small.onnx"
RECOGNISER = "PP-OCRv6_rec_small.onnx"

MODEL_MISSING = Kind("ocr.model_missing", zh="文字识别的模型文件不在安装包里：{name}。",
                     zh_next="请重新安装程序；在此之前可以手工填写。",
                     en="A model file of the text recognition is missing: {name}.",
                     en_next="Install the program again; until then the fields can be typed by hand.")


@dataclass(frozen=True)
class Line:
    """One line of text: confidence 0-1, upright box as x, y, width, height, middles of its two ends; all in pixels."""

    text: str
    confidence: float
    box: tuple[int, int, int, int]
    start: tuple[float, float]
    end: tuple[float, float]

    @property
    def left(self) -> int:
        return self.box[0]

    @property
    def right(self) -> int:
        return self.box[0] + self.box[2]

    @property
    def middle(self) -> float:
        return self.box[1] + self.box[3] / 2


def warm() -> None:
    """Loads both models (about a second, 300 MB), so that the first page is not slow."""
    import cv2
    import numpy as np

    page = np.full((96, 320, 3), 255, np.uint8)
    cv2.putText(page, "1234567890", (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (0, 0, 0), 3)
    lines(page)  # a page without text would leave the recogniser unloaded


def lines(image: "np.ndarray", side: int = CARD_SIDE) -> tuple[Line, ...]:
    """Text lines of a BGR picture from top to bottom. ``side``: longest side in pixels at which text is looked for, less for
    pictures that are nearly square."""
    engine = _engine()
    side = round(side * min(1.0, (SQUARE * max(image.shape[:2]) / min(image.shape[:2])) ** 0.5))
    if engine.text_det is None:
        engine.cfg.Det.limit_side_len = side
    else:
        engine.text_det.limit_side_len = side
    return lines_of(engine(image))


def lines_of(found) -> tuple[Line, ...]:
    """The lines in what RapidOCR answers."""
    if found.boxes is None:
        return ()
    return tuple(_line(*item) for item in zip(found.boxes, found.txts, found.scores, strict=True))


def _line(box, text: str, score: float) -> Line:
    left, top = box.min(axis=0)
    right, bottom = box.max(axis=0)
    left, top = max(0, int(left)), max(0, int(top))
    top_left, top_right, bottom_right, bottom_left = box
    start, end = (top_left + bottom_left) / 2, (top_right + bottom_right) / 2
    return Line(text.strip(), round(min(1.0, float(score)), 4), (left, top, int(right) - left, int(bottom) - top),
                (float(start[0]), float(start[1])), (float(end[0]), float(end[1])))


@cache
def _engine():
    package = importlib.util.find_spec("rapidocr")
    folder = Path(package.origin).parent / "models"
    for name in (DETECTOR, RECOGNISER):
        if not (folder / name).is_file():
            raise MODEL_MISSING(name=name)
    from rapidocr import RapidOCR

    engine = RapidOCR(params={
        "Global.log_level": "critical", "Global.use_cls": False, "Global.max_side_len": 4000,
        "Global.text_score": 0.3,
        "Det.model_path": str(folder / DETECTOR), "Rec.model_path": str(folder / RECOGNISER),
        "Det.limit_type": "max", "Det.limit_side_len": CARD_SIDE, "Rec.rec_batch_num": 1,
        "Rec.rec_img_shape": [3, 48, LEAST_WIDTH],
        "EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    })
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return engine
