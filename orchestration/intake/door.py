"""The web service for senders: a form, files in, the reports of each sender out.

It stands behind the reverse proxy, which keeps the rate and speaks TLS. Programs show their token with each request
(`Authorization: Bearer`). A browser gets a session for it, in a cookie that holds no token: `SameSite=Strict`, so that
no other site can have it sent along; and what a browser says to come from another site changes nothing. A field for the
token in each form would need no cookie, but would have it pasted on a phone with every report.
"""

import datetime as dt
import errno
import hmac
import logging
import secrets
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from anyio.to_thread import run_sync
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from orchestration import clock
from orchestration.errors import told
from orchestration.home import PROJECT, Home
from orchestration.intake import bodies, form, receipts
from orchestration.intake.examination import Examiner, examined_apart
from orchestration.intake.receipts import Report
from orchestration.intake.senders import Sender, bearer_of, read_hashes
from orchestration.intake.words import WHY, Refused, rule_in_words
from orchestration.landing import Contract
from orchestration.landing.trial import Trial
from orchestration.release import words
from orchestration.storage import make_folder

LOG = logging.getLogger("vigie.intake")
COOKIE = "vigie_intake"
#: Seconds that a session lasts: a day of work.
SESSION = 12 * 3600
#: Bytes of a delivery, unless the command says otherwise.
LIMIT = 64 * 2**20
#: Connections at a time; a further one is told to come back.
CONNECTIONS = 100
#: Files that are tried at a time: each may take gigabytes of memory.
AT_ONCE = 2
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)

HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
STATES = {
    "waiting": ("reçue, en attente d'intégration", "warn"),
    "accepted": ("intégrée", "good"),
    "duplicate": ("déjà reçue : même contenu qu'une livraison d'avant", "warn"),
    "refused": ("refusée", "bad"),
    "withdrawn": ("retirée", "warn"),
    "declined": ("refusée, rien n'a été gardé", "bad"),
}

Handler = Callable[[Request], Awaitable[Response]]


class Door:
    """The pages of the door over a home. `tokens` is the file of hashes, `examiner` tries files, `limit` is bytes."""

    def __init__(
        self,
        home: Home,
        contracts: Mapping[str, Contract],
        senders: Mapping[str, Sender],
        tokens: Path,
        examiner: Examiner = examined_apart,
        limit: int = LIMIT,
    ) -> None:
        """Make the folder of what is being received, and empty it of what a killed service left."""
        self._home, self._contracts, self._senders = home, contracts, senders
        self._tokens, self._examiner, self._limit = tokens, examiner, limit
        self._key = secrets.token_bytes(32)
        self._trials = anyio.CapacityLimiter(AT_ONCE)
        self._receiving = home.intake / "receiving"
        shutil.rmtree(self._receiving, ignore_errors=True)
        make_folder(self._receiving)
        receipts.sweep(home, senders.values())
        self._pages = Environment(
            loader=PackageLoader("orchestration.intake"),
            autoescape=select_autoescape(["html", "j2"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters["number"] = lambda value: words.number(value, "fr")
        self._pages.filters["moment"] = _moment
        own = Path(__file__).parent / "templates" / "form.css"
        shared = PROJECT / "orchestration" / "release" / "templates" / "style.css"
        self._style = shared.read_text(encoding="utf-8") + own.read_text(encoding="utf-8")

    @property
    def application(self) -> Starlette:
        """The service for a server of ASGI."""
        pages: tuple[tuple[str, Handler, tuple[str, ...]], ...] = (
            ("/", self._start, ("GET",)),
            ("/health", self._health, ("GET",)),
            ("/style.css", self._styled, ("GET",)),
            ("/login", self._login, ("POST",)),
            ("/logout", self._logout, ("POST",)),
            ("/form/{feed}", self._form, ("GET", "POST")),
            ("/deliveries/{feed}", self._deliver, ("POST",)),
            ("/deliveries/{feed}/{name}", self._deliver, ("PUT",)),
            ("/reports", self._reports, ("GET",)),
            ("/reports/{id}", self._report, ("GET",)),
        )
        routes = [Route(path, self._answering(handler, path), methods=methods) for path, handler, methods in pages]
        handlers = {404: self._answering(_raise(404, "missing"), "-"), 405: self._answering(_raise(405, "method"), "-")}
        return Starlette(routes=routes, exception_handlers={code: _after(each) for code, each in handlers.items()})

    def _answering(self, handler: Handler, route: str) -> Handler:
        """A handler of which every end is an answer, with its headers, and a line in the log that holds no content."""

        async def answer(request: Request) -> Response:
            began, code = time.monotonic(), ""
            try:
                if request.method not in ("GET", "HEAD") and not _is_own(request):
                    raise Refused(403, "elsewhere")
                response = await handler(request)
            except ClientDisconnect:
                code, response = "gone", Response(status_code=400)
            except Refused as refused:
                code, response = refused.code, self._refusal(request, refused)
            except Exception as error:
                # What was not foreseen is told without the words of engines, which may quote a file.
                no_room = isinstance(error, OSError) and error.errno in _NO_ROOM
                code = told(error)
                response = self._refusal(request, Refused(507, "room") if no_room else Refused(500, "fault"))
            response.headers.update(HEADERS)
            response.headers.setdefault("cache-control", "no-store")
            seconds = time.monotonic() - began
            who = getattr(request.state, "sender", "-")
            LOG.info("%s %s %s %s %.3fs %s", request.method, route, response.status_code, who, seconds, code or "ok")
            return response

        return answer

    # ---------------------------------------------------------------- who asks

    def _sender(self, request: Request) -> Sender:
        """Who asks, by token or session; raises Refused when nobody is known."""
        hashes = read_hashes(self._tokens)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            name = self._of_token(token, hashes)
        else:
            name = self._of_session(request.cookies.get(COOKIE, ""), hashes)
        if name is None:
            raise Refused(401, "token")
        request.state.sender, request.state.key = name, hashes[name]
        return self._senders[name]

    def _of_token(self, token: str, hashes: Mapping[str, str]) -> str | None:
        name = bearer_of(token.strip(), hashes)
        return name if name in self._senders else None

    def _of_session(self, cookie: str, hashes: Mapping[str, str]) -> str | None:
        name, _, rest = cookie.partition(".")
        ends, _, mac = rest.partition(".")
        if name not in hashes.keys() & self._senders.keys() or not hmac.compare_digest(
            mac.encode(), self._mac(name, ends, hashes[name]).encode()
        ):
            return None
        return name if int(ends) > time.time() else None

    def _mac(self, name: str, ends: str, token_hash: str) -> str:
        # With the hash in it a session ends with the token, and with a key of this process with the service.
        return hmac.new(self._key, f"{name}.{ends}.{token_hash}".encode(), "sha256").hexdigest()

    def _allowed(self, request: Request) -> tuple[Sender, Contract]:
        """Who asks, and the contract of the feed, bound to it; raises Refused when it may not send that."""
        sender, feed = self._sender(request), request.path_params["feed"]
        if feed not in sender.feeds:
            # The same whether there is such a feed or not.
            raise Refused(403, "feed")
        return sender, sender.bound(self._contracts[feed])

    # ---------------------------------------------------------------- pages

    async def _health(self, request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _styled(self, request: Request) -> Response:
        return PlainTextResponse(self._style, headers={"cache-control": "max-age=3600"}, media_type="text/css")

    async def _start(self, request: Request) -> Response:
        return self._page(request, "start.html.j2", sender=self._sender(request), contracts=self._contracts)

    async def _login(self, request: Request) -> Response:
        hashes = read_hashes(self._tokens)
        name = self._of_token((await bodies.answers(request)).get("token", ""), hashes)
        if name is None:
            raise Refused(401, "token")
        request.state.sender = name
        ends = str(int(time.time()) + SESSION)
        response = RedirectResponse("./", 303)
        # Without a path it is of the folder of this address, wherever the proxy has put it.
        response.set_cookie(
            COOKIE, f"{name}.{ends}.{self._mac(name, ends, hashes[name])}", max_age=SESSION, path=None, httponly=True,
            samesite="strict", secure=request.url.scheme == "https",
        )  # fmt: skip
        return response

    async def _logout(self, request: Request) -> Response:
        response = RedirectResponse("./", 303)
        response.set_cookie(COOKIE, "", max_age=0, path=None, httponly=True, samesite="strict")
        return response

    async def _form(self, request: Request) -> Response:
        sender, contract = self._allowed(request)
        if contract.form is None:
            raise Refused(404, "form")
        key = request.state.key
        if request.method == "GET":
            return self._asked(request, sender, contract, form.proposals(contract, sender, key), {})
        sent = await bodies.answers(request)
        values = {name: sent.get(name, "").strip() for name in contract.names} | form.owned(contract, sender)
        with self._scratch() as folder:
            file, apart, day = folder / "row.csv", folder / "trial", clock.today()
            apart.mkdir()
            form.write_row(contract, values, file)
            trial = await self._tried(file, contract, day, apart)
            if not trial.accepted:
                fields = partial(form.errors_of, contract, values, trial, self._examiner, day, folder)
                errors = await run_sync(fields, limiter=self._trials)
                return self._asked(request, sender, contract, values, errors, trial.reason)
            name = bodies.Name("formulaire", "csv")
            report = await run_sync(receipts.accept, self._home, sender, contract, file, name, trial, day)
        labels = {c.name: c.form.label for c in contract.columns if c.form and c.form.proposed == "number"}
        numbers = {labels[each]: values[each] for each in labels if form.is_ours(values[each], key)}
        return self._told(request, report, 201, filled_in=True, numbers=numbers)

    async def _deliver(self, request: Request) -> Response:
        sender, contract = self._allowed(request)
        with self._scratch() as folder:
            received, apart, day = folder / "received", folder / "trial", clock.today()
            apart.mkdir()
            name = await bodies.receive(request, received, self._limit, request.path_params.get("name", ""))
            file = received.rename(folder / f"{name.stem}.{name.extension}".rstrip("."))
            trial = await self._tried(file, contract, day, apart)
            report = await run_sync(receipts.accept, self._home, sender, contract, file, name, trial, day)
        return self._told(request, report, 422 if report.state == "declined" else 201)

    async def _reports(self, request: Request) -> Response:
        sender = self._sender(request)
        found = await run_sync(receipts.reports, self._home, sender, request.query_params.get("before", ""))
        before = found[-1].at if len(found) == receipts.LISTED else None
        if not _wants_page(request):
            return JSONResponse({"reports": [report.document for report in found], "before": before})
        return self._page(request, "reports.html.j2", sender=sender, reports=found, states=STATES, before=before)

    async def _report(self, request: Request) -> Response:
        sender = self._sender(request)
        report = await run_sync(receipts.report_of, self._home, sender, request.path_params["id"])
        if report is None:
            raise Refused(404, "missing")
        return self._told(request, report, 200)

    # ---------------------------------------------------------------- answers

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """A folder for one delivery, which goes with it."""
        with tempfile.TemporaryDirectory(dir=self._receiving) as folder:
            yield Path(folder)

    async def _tried(self, file: Path, contract: Contract, day: dt.date, folder: Path) -> Trial:
        return await run_sync(self._examiner, file, contract, day, folder, limiter=self._trials)

    def _asked(
        self,
        request: Request,
        sender: Sender,
        contract: Contract,
        values: Mapping[str, str],
        errors: Mapping[str, str],
        reason: str = "",
    ) -> Response:
        """The form, empty or with what is wrong; to a program, what is wrong alone."""
        wrong = bool(errors or reason)
        if wrong and not _wants_page(request):
            return JSONResponse({"error": "rows", "fields": dict(errors), "reason": reason}, 422)
        sections = form.sections(contract, sender, values, errors)
        shown: dict[str, Any] = {"form": contract.form, "feed": contract.feed, "sections": sections, "reason": reason}
        shown["wrong"] = [field for section in sections for field in section.fields if field.error]
        return self._page(request, "form.html.j2", 422 if wrong else 200, sender=sender, failed=wrong, **shown)

    def _told(self, request: Request, report: Report, status: int, filled_in: bool = False, **shown: Any) -> Response:
        """The report of a delivery; `numbers` by which its sender may come back to a form that was filled in."""
        if not _wants_page(request):
            return JSONResponse(report.document, status)
        contract = self._senders[request.state.sender].bound(self._contracts[report.feed])
        explained = {(b.rule, b.column): rule_in_words(contract, b.rule, b.column) for b in report.breaches}
        shown = {"numbers": {}, "new": status != 200, "filled_in": filled_in, **shown}
        return self._page(request, "report.html.j2", status, report=report, states=STATES, explained=explained, **shown)

    def _refusal(self, request: Request, refused: Refused) -> Response:
        headers = {"www-authenticate": "Bearer"} if refused.status == 401 else {}
        if not _wants_page(request):
            return JSONResponse({"error": refused.code, "message": WHY[refused.code]}, refused.status, headers)
        template = "login.html.j2" if refused.status == 401 else "refused.html.j2"
        tried = request.method == "POST" or COOKIE in request.cookies
        response = self._page(request, template, refused.status, why=WHY[refused.code], tried=tried)
        response.headers.update(headers)
        return response

    def _page(self, request: Request, template: str, status: int = 200, **shown: Any) -> Response:
        # Addresses are relative: the proxy may serve the door below any folder.
        root = "../" * (request.scope["path"].count("/") - 1) or "./"
        page = self._pages.get_template(template).render(root=root, **shown)
        return Response(page, status, media_type="text/html")


def _is_own(request: Request) -> bool:
    """Whether a request comes from a page of the door, as the browser says, or from no browser."""
    return request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _raise(status: int, code: str) -> Handler:
    async def refuse(request: Request) -> Response:
        raise Refused(status, code)

    return refuse


def _after(handler: Handler) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        return await handler(request)

    return answer


def _moment(at: str) -> str:
    """A day, or a moment, in French words."""
    day = words.date(at[:10], "fr")
    return f"{day} à {at[11:13]} h {at[14:16]}" if len(at) > 10 else day


def serve(door: Door, port: int) -> None:
    """Serve the door on loopback until interrupted; the log is its own, since that of the server has addresses."""
    import uvicorn

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    uvicorn.run(
        door.application, host="127.0.0.1", port=port, log_level="warning", access_log=False,
        server_header=False, limit_concurrency=CONNECTIONS,
    )  # fmt: skip
