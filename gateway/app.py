"""Puts the rooms of the gateway together as one ASGI application."""

import time
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.wire import CONDITION, SERVER_TIME
from gateway import answers, api, health, metrics, pages, review
from gateway.bank import Bank
from gateway.face_checks import FaceChecks
from gateway.housekeeping import Housekeeping
from gateway.intake import Committer
from gateway.limits import BodyLimit

DESCRIPTION = """Enrols devices, takes sealed signing cases by resumable upload, answers with signed receipts, hands out
policy packs, dealers and the bank's decisions. How requests are signed is told in `docs/gateway.md`."""


def build(bank: Bank) -> FastAPI:
    checks, housekeeping = FaceChecks(bank), Housekeeping(bank.database)
    committer = Committer(bank, received=checks.poke)

    @asynccontextmanager
    async def lifespan(app: FastAPI):
        checks.start()
        housekeeping.start()
        yield
        committer.close()
        checks.close()
        housekeeping.close()

    app = FastAPI(
        title="面签网关 · signing gateway", version="1", description=DESCRIPTION, lifespan=lifespan,
        docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json",
        redirect_slashes=False)
    app.state.bank, app.state.committer = bank, committer
    answers.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Common)
    for router in (api.router, review.router, pages.router, health.router):
        app.include_router(router)
    return app


class Common:
    """Headers of every answer, among them the bank's time, by which devices mend their clocks; and every answer counted."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[SERVER_TIME] = str(int(time.time()))
                headers["X-Content-Type-Options"] = "nosniff"
                metrics.answered(scope["method"], getattr(scope.get("route"), "path", ""), message["status"],
                                 time.monotonic() - began, headers.get(CONDITION, ""))
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
