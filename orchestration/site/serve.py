"""`vigie serve`: shows the releases on this machine alone, with byte ranges and what browsers need to keep files."""

from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from orchestration.release.publication import LATEST, RELEASE_ID

# What is kept of a file, by whether its address always means the same bytes.
FOREVER, ASK = "public, max-age=31536000, immutable", "no-cache"
TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".jsonld": "application/ld+json",
    ".csv": "text/csv; charset=utf-8",
}


class Releases(StaticFiles):
    """The folder of the releases. A file below the id of a release never changes; one below `latest` is asked for
    again, and answered by 304 while it is the same. Compressed CSV is a file like others: it is sent as it is."""

    def file_response(self, full_path, stat_result, scope, status_code: int = 200) -> Response:
        """The answer for a file, ranges included."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        first = scope["path"].strip("/").split("/")[0]
        response.headers["cache-control"] = FOREVER if RELEASE_ID.fullmatch(first) else ASK
        path = Path(full_path)
        if path.suffix == ".gz":
            response.headers["content-type"] = "application/gzip"
        elif path.suffix in TYPES:
            response.headers["content-type"] = TYPES[path.suffix]
        response.headers["x-content-type-options"] = "nosniff"
        return response

    def lookup_path(self, path: str):
        """A file of a release: nothing hidden, and none of what lies beside releases."""
        first, *rest = Path(path).parts or ("",)
        if not (first == LATEST or RELEASE_ID.fullmatch(first)) or any(part.startswith(".") for part in rest):
            return "", None
        return super().lookup_path(path)


def application(releases: Path) -> Starlette:
    """The server of a folder of releases: `/` leads to `/latest/`."""
    files = Releases(directory=releases, html=True, follow_symlink=True)
    return Starlette(routes=[Route("/", lambda request: RedirectResponse(f"/{LATEST}/")), Mount("/", files)])


def serve(releases: Path, port: int) -> None:
    """Serve the releases on loopback until interrupted."""
    uvicorn.run(application(releases), host="127.0.0.1", port=port, log_level="warning")
