"""One ONNX network from bytes: loaded, its shapes tried on zeros, run on one thread; what does not fit is ``models.broken``.

Parsers of other people are shown hostile files here: a network that wants data from other files is refused before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.capture.model_pack import BROKEN, ModelFile, ModelPack, elsewhere

if TYPE_CHECKING:
    import numpy as np


class Network:
    """``run`` takes float32 NCHW of the ``shape`` it was loaded for and answers one row of ``width`` numbers (0: any)."""

    def __init__(self, pack: ModelPack, model: ModelFile, shape: tuple[int, int, int, int], width: int = 0) -> None:
        self._file = model.file
        data = pack.read(model)
        load = _with_opencv if model.runtime == "cv2.dnn" else _with_onnxruntime
        self._run = load(data, self._file)
        import numpy as np

        self.width = self.run(np.zeros(shape, np.float32)).size
        if width not in (0, self.width):
            raise BROKEN(file=self._file)

    def run(self, blob: np.ndarray) -> np.ndarray:
        """float64 (width,). Raises ``models.broken`` where the network fails or answers no finite row."""
        import numpy as np

        answer = np.asarray(self._run(blob), np.float64)
        if answer.ndim != 2 or answer.shape[0] != 1 or not 2 <= answer.size <= 4096 or not np.isfinite(answer).all():
            raise BROKEN(file=self._file)
        return answer[0]


def session(data: bytes, file: str):
    """An onnxruntime session of one thread. Raises ``models.broken`` where the bytes are no network of their own."""
    import onnxruntime

    if elsewhere(data):
        raise BROKEN(file=file)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"], enable_fallback=0)
    except _failures() as error:
        raise BROKEN(file=file) from error


def _with_opencv(data: bytes, file: str):
    import cv2
    import numpy as np

    session(data, file)  # OpenCV's importer dies of graphs that do not hold together; onnxruntime's refuses them
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what it would say is said by the condition
    try:
        net = cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))
    except cv2.error as error:
        raise BROKEN(file=file) from error

    def run(blob: np.ndarray) -> np.ndarray:
        try:
            net.setInput(blob)
            return net.forward()
        except cv2.error as error:
            raise BROKEN(file=file) from error

    return run


def _with_onnxruntime(data: bytes, file: str):
    ready = session(data, file)
    inputs, output = ready.get_inputs(), ready.get_outputs()[0].name
    if len(inputs) != 1:
        raise BROKEN(file=file)

    def run(blob: np.ndarray) -> np.ndarray:
        try:
            return ready.run([output], {inputs[0].name: blob})[0]
        except _failures() as error:
            raise BROKEN(file=file) from error

    return run


def _failures() -> tuple[type[Exception], ...]:
    """What onnxruntime raises where a network is not as it should be."""
    from onnxruntime.capi import onnxruntime_pybind11_state as raised

    return (raised.EPFail, raised.Fail, raised.InvalidArgument, raised.InvalidGraph, raised.InvalidProtobuf,
            raised.NotImplemented, raised.RuntimeException, RuntimeError, ValueError)
