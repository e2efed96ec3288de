"""A process that shows the first page as a start does, on a data folder that is known, and tells what it has loaded then."""

import json
import os
import sys
from pathlib import Path

import app.cli
import app.start  # noqa: F401 - both as at a start; neither is asked for anything
from app.front import office
from app.records import records
from app.store.keystore import NoKeyStore
from app.ui.application import make_application
from app.ui.window import MainWindow

PASSPHRASE = "only-for-this-test"


def not_yet() -> None:
    raise AssertionError("the desks were opened before the first page was there")


def main(folder: Path) -> None:
    with records(folder, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE) as here:
        application = make_application(["test"])
        with office(here, here.session("10482", "样例", "http://127.0.0.1:1"), not_yet, not_yet) as desks:
            window = MainWindow(desks)

            def painted() -> None:
                window.repaint()
                print(json.dumps(sorted(sys.modules)), flush=True)
                os._exit(0)  # what goes on behind the page is no part of this

            window.home.loaded.connect(painted)
            window.show()
            application.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
