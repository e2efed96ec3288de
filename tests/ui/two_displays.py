"""The customer's window on a computer with two displays, as its own process since Qt asks for them once: tells where things
stand as JSON."""

import json

from PySide6.QtWidgets import QMainWindow

from app.ui.application import make_application
from app.ui.customer_host import CustomerWindow
from app.ui.screens import Screens
from app.ui.widgets.seat import Seat
from app.ui.widgets.signature_pad import SignaturePad


def main() -> None:
    application = make_application(["two-displays"])
    window, there, pad = QMainWindow(), CustomerWindow("江南示例银行"), SignaturePad("pad")
    window.setScreen(next(screen for screen in application.screens() if screen.name() == "laptop"))
    window.show()
    there.take((Seat(pad),))
    there.cover(Screens().beside(window))
    application.processEvents()
    print(json.dumps({
        "manager": window.screen().name(), "customer": there.screen().name(), "geometry": there.geometry().getRect(),
        "pad_px": pad.width(), "dots_per_inch": pad.screen().physicalDotsPerInchX(), "pad_mm": pad.ink().pad_width_mm}))


if __name__ == "__main__":
    main()
