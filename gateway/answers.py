"""Every error leaves as ``{"condition": {"code", "message", "next"}}``, in the language the caller asked for."""

import errno
import logging

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.domain.condition import Condition, Language
from app.domain.wire import CONDITION
from gateway.conditions import FAULT, FULL, NOT_ALLOWED, NOT_FOUND, REQUEST_INVALID, TOO_LARGE, status_of

log = logging.getLogger(__name__)


def trouble(condition: Condition, language: Language = "zh", status: int | None = None) -> JSONResponse:
    headers = {"Cache-Control": "no-store", CONDITION: condition.code}  # an answer to HEAD has no body
    for name, header in (("retry_after", "Retry-After"), ("offset", "Upload-Offset")):
        if name in condition.values:
            headers[header] = str(condition.values[name])
    body = {"condition": condition.as_dict(language)}
    return JSONResponse(body, status or status_of(condition), headers)


def language_of(request: Request) -> Language:
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "zh"


def install(app: FastAPI) -> None:
    @app.exception_handler(Condition)
    async def condition(request: Request, error: Condition) -> Response:
        return trouble(error, language_of(request))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        # Only the place is named: the value may be personal.
        where = ".".join(str(part) for part in error.errors()[0]["loc"])[:120]
        return trouble(REQUEST_INVALID(where=where), language_of(request))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        kinds = {404: NOT_FOUND, 405: NOT_ALLOWED, 413: TOO_LARGE}
        known = kinds.get(error.status_code)
        answer = trouble(known() if known else REQUEST_INVALID(where="http"), language_of(request), error.status_code)
        answer.headers.update(error.headers or {})
        if error.status_code == 405:  # the framework names the methods of one route of that path only
            methods = app.openapi()["paths"].get(getattr(request.scope.get("route"), "path", ""), {})
            answer.headers["Allow"] = ", ".join(sorted(method.upper() for method in methods)) or answer.headers["Allow"]
        return answer

    @app.exception_handler(OSError)
    async def storage(request: Request, error: OSError) -> Response:
        log.error("storage failed: errno %s at %s", error.errno, request.scope["path"], exc_info=error)
        return trouble((FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else FAULT)(), language_of(request))

    @app.exception_handler(OperationalError)
    async def database(request: Request, error: OperationalError) -> Response:
        log.error("database failed: %s", type(error.orig).__name__, exc_info=error)
        full = "full" in str(error.orig)
        return trouble((FULL if full else FAULT)(), language_of(request), 507 if full else 503)

    @app.exception_handler(Exception)
    async def fault(request: Request, _error: Exception) -> Response:
        return trouble(FAULT(), language_of(request))
