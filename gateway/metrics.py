"""What Prometheus reads of one instance: requests, uploads, commits, looks at faces, and what the database says waits.

Labels are names of routes, statuses and stable codes; nothing of a person, a case or a device.
"""

import shutil
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.bank import Bank
from gateway.conditions import PORT_TAKEN
from gateway.database import Database
from gateway.tables import Blob, Device, IdentityCheck, Revision

REGISTRY = CollectorRegistry()
REQUESTS = Counter("gateway_requests", "Answers given", ("method", "route", "status"), registry=REGISTRY)
SECONDS = Histogram("gateway_request_seconds", "Time to the first byte of an answer", ("route",), registry=REGISTRY,
                    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 30))
REFUSALS = Counter("gateway_refusals", "Conditions told to callers", ("code",), registry=REGISTRY)
UPLOADED = Counter("gateway_upload_bytes", "Bytes of case files acknowledged", registry=REGISTRY)
COMMITS = Histogram("gateway_commit_seconds", "Time to read the files of a case back and receipt it", registry=REGISTRY,
                    buckets=(0.05, 0.2, 1, 5, 20, 60, 300))
FACES = Counter("gateway_face_checks", "Looks at the faces of received cases", ("verdict",), registry=REGISTRY)


def answered(method: str, route: str, status: int, seconds: float, condition: str) -> None:
    """Count one answer. ``route`` is the template of its path, '' where there is none."""
    REQUESTS.labels(method if route else "other", route, status).inc()
    SECONDS.labels(route).observe(seconds)
    if condition:
        REFUSALS.labels(condition).inc()


def expose(bank: Bank, host: str, port: int) -> None:
    """Answer Prometheus on a port of its own, on a thread of its own. Raises serve.port."""
    REGISTRY.register(State(bank))
    try:
        start_http_server(port, host, REGISTRY)
    except (OSError, OverflowError) as error:
        raise PORT_TAKEN(address=f"{host}:{port}") from error


class State(Collector):
    """Asked of the database at each scrape; the same at every instance."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def collect(self) -> Iterable[Metric]:
        free = shutil.disk_usage(self._bank.files.incoming).free
        yield GaugeMetricFamily("gateway_files_free_bytes", "Room for files", value=free)
        try:
            waiting = _waiting(self._bank.database)
        except SQLAlchemyError:
            yield GaugeMetricFamily("gateway_database_up", "Whether the database answers", value=0)
            return
        yield GaugeMetricFamily("gateway_database_up", "Whether the database answers", value=1)
        for name, (text, value) in waiting.items():
            yield GaugeMetricFamily(f"gateway_{name}", text, value=value)


def _waiting(database: Database) -> dict[str, tuple[str, int]]:
    looked_at = select(IdentityCheck).where(
        IdentityCheck.case_id == Revision.case_id, IdentityCheck.revision == Revision.revision).exists()
    counts = {
        "revisions_open": ("Revisions begun and not committed", select(Revision).where(Revision.receipt_json.is_(None))),
        "revisions_received": ("Revisions with a receipt", select(Revision).where(Revision.receipt_json.is_not(None))),
        "face_checks_open": ("Received revisions whose faces nobody has looked at yet",
                             select(Revision).where(Revision.receipt_json.is_not(None), ~looked_at)),
        "uploads_open": ("Files not yet stored for good", select(Blob).where(Blob.stored_at.is_(None))),
        "devices": ("Devices that may send", select(Device).where(Device.revoked_at.is_(None))),
        "devices_revoked": ("Devices stopped by the office", select(Device).where(Device.revoked_at.is_not(None)))}
    with database.read() as session:
        return {name: (text, session.scalar(select(func.count()).select_from(chosen.subquery())))
                for name, (text, chosen) in counts.items()}
