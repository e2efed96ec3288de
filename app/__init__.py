"""面签台: the face-to-face signing of car loans."""

import os

# ONNX Runtime (1.29 and later) otherwise writes an identifier of this computer into the person's folder and reports what
# it runs to its maker. Before anything imports it, in every process.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
