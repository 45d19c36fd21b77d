"""`python -m orchestration.difference`: a step by the code of the tree that this stands in.

The request is one line of JSON on the standard input, the answer goes to the file that it names: `done`, or `failed`
with what the user can act on.
"""

import datetime as dt
import json
import sys
from pathlib import Path

from orchestration.difference.made import Place, examine, make, parsed, write
from orchestration.errors import VigieError


def main() -> int:
    """Do what the request asks: `step`, the folders of the place, and what else the step takes."""
    asked = json.loads(sys.stdin.readline())
    place = Place(**{name: Path(folder) for name, folder in asked["place"].items()})
    day = dt.date.fromisoformat(asked["day"])
    try:
        match asked["step"]:
            case "parse":
                done = parsed(place)
            case "make":
                done = make(place, day)
            case "write":
                done = write(place, day, asked["names"], asked["pages"])
            case "examine":
                done = examine(place, asked["names"])
        answer = {"done": done}
    except VigieError as error:
        answer = {"failed": str(error)}
    Path(asked["answer"]).write_text(json.dumps(answer, default=str), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
