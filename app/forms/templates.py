"""Contract texts: Jinja2 in a sandbox, fields from the confirmed context only, nothing silently left blank."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from app.domain.condition import Condition, Kind
from app.forms.fonts import RESOURCES
from app.forms.markup import escape

FIELD_MISSING = Kind(
    "forms.field_missing", zh="文件“{template}”缺少内容：{field}。", zh_next="请返回表单页补填该项后重新生成。",
    en="The document “{template}” lacks a value: {field}.",
    en_next="Go back to the form, fill it in and draw it again.")
TEMPLATE_MISSING = Kind(
    "forms.template_missing", zh="没有文件模板“{template}”。", zh_next="请更新程序或政策包，或联系管理员。",
    en="There is no template “{template}”.", en_next="Update the program or the policy pack, or ask the administrator.")
TEMPLATE_BROKEN = Kind(
    "forms.template_broken", zh="文件模板“{template}”第 {line} 行有错，无法使用。", zh_next="请管理员更正模板文字。",
    en="The template “{template}” is wrong at line {line}.", en_next="Have the administrator mend the text.")


def template_text(name: str, folder: Path = RESOURCES / "forms") -> str:
    """The text of ``<name>.md``; raises ``forms.template_missing``."""
    path = folder / f"{Path(name).name.removesuffix('.md')}.md"
    if not path.is_file():
        raise TEMPLATE_MISSING(template=name)
    return path.read_text(encoding="utf-8")


def render(form_code: str, text: str, context: Mapping[str, Any]) -> str:
    """Fill the template. Raises ``forms.field_missing`` (absent or empty) and ``forms.template_broken``."""
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        return environment(form_code).from_string(text).render(_fields(context, ""))
    except Condition:
        raise
    except TemplateSyntaxError as error:
        raise TEMPLATE_BROKEN(template=form_code, line=error.lineno) from error
    except TemplateError as error:
        raise TEMPLATE_BROKEN(template=form_code, line="?") from error


@cache
def environment(form_code: str):
    """The sandbox in which texts are filled; a name without a value raises ``forms.field_missing``."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from jinja2.utils import missing

    class Field(StrictUndefined):
        """A name the context does not hold; touching it raises the Condition with its dotted path."""

        def __init__(self, hint=None, obj=missing, name=None, exc=None) -> None:
            path = f"{obj.path}{name}" if isinstance(obj, Fields) else str(name)
            super().__init__(hint, obj, name, lambda _: FIELD_MISSING(template=form_code, field=path))

    return ImmutableSandboxedEnvironment(undefined=Field, finalize=partial(_finalize, form_code), autoescape=False,
                                         trim_blocks=True, lstrip_blocks=True)


class Fields(dict):
    """A mapping of the context that knows where it hangs, so that a missing field can be named in full."""

    path = ""


def _fields(value: Any, path: str) -> Any:
    if isinstance(value, Mapping):
        kept = Fields({key: _fields(inner, f"{path}{key}.") for key, inner in value.items() if inner not in (None, "")})
        kept.path = path
        return kept
    if isinstance(value, list | tuple):
        return [_fields(inner, path) for inner in value]
    return value


def _finalize(form_code: str, value: Any) -> Any:
    from jinja2 import Undefined

    if isinstance(value, Undefined):
        str(value)
    if value is None or value == "":
        raise FIELD_MISSING(template=form_code, field="?")
    return escape(str(value))
