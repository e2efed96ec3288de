"""``python -m gateway``: the same door as the project's command line."""

import sys

from gateway.serve import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
