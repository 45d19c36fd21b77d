"""`make docs`: the lineage and dictionary of the warehouse as one page."""

import sys

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing import prepare_lake
from orchestration.warehouse.project import manifest_path, static_docs


def main() -> int:
    """Write the page and say where it is; 1 when the project does not parse."""
    try:
        home = Home.from_env()
        home.keep_private()
        prepare_lake(home)
        manifest_path(home)
        print(static_docs(home))
    except VigieError as error:
        print(f"vigie: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
