"""`python -m orchestration.gate`: the manifest of the project and the definitions of its nodes."""

import sys

from orchestration.gate.definitions import main

if __name__ == "__main__":
    sys.exit(main())
