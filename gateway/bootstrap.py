"""A first code and first staff for an embedded gateway, handed over in a file by the program that starts it.

The starting program makes the secrets and writes the file, so none of them stands on a command line or comes back
over a pipe. It counts only on loopback, only when the file is the owner's alone, and only while no device is enrolled.
"""

import os
import secrets
import stat
from datetime import timedelta
from pathlib import Path

from pydantic import Field, ValidationError
from sqlalchemy import select

from app.domain.evidence import Identifier
from app.domain.model import Model
from app.domain.wire import Role
from gateway import staff
from gateway.conditions import BOOTSTRAP_UNSAFE
from gateway.database import Database
from gateway.devices import add_code, new_code
from gateway.durable import write_secret
from gateway.tables import Device

CODE_LIFE = timedelta(hours=24)


class FirstStaff(Model):
    id: Identifier
    name: str = Field(min_length=1, max_length=80)
    role: Role
    password: str


class Bootstrap(Model):
    code: str = Field(min_length=20, max_length=80)
    device_name: str = Field(max_length=80)
    staff: tuple[FirstStaff, ...]

    @classmethod
    def new(cls, device_name: str, *people: tuple[str, str, Role]) -> "Bootstrap":
        """Fresh secrets for ``(id, name, role)`` each."""
        return cls(code=new_code(), device_name=device_name, staff=tuple(
            FirstStaff(id=number, name=name, role=role, password=secrets.token_urlsafe(12))
            for number, name, role in people))

    def save(self, path: Path) -> None:
        write_secret(path, self.model_dump_json().encode())


def apply(database: Database, path: Path, loopback: bool) -> bool:
    """Make the code and the staff; False where a device is enrolled already. Raises serve.bootstrap where unsafe."""
    if not loopback:
        raise BOOTSTRAP_UNSAFE(why="not on loopback")
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise BOOTSTRAP_UNSAFE(why="readable by others")
        wanted = Bootstrap.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BOOTSTRAP_UNSAFE(why=error.strerror or "unreadable") from error
    except ValidationError as error:
        raise BOOTSTRAP_UNSAFE(why="not well-formed") from error
    with database.write() as session:
        if session.scalars(select(Device.device_id).limit(1)).first():
            return False
        add_code(session, wanted.code, wanted.device_name, CODE_LIFE)
        for person in wanted.staff:
            staff.add(session, person.id, person.name, person.password, person.role)
    return True
