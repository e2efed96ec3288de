"""A document to sign as PDF: the filled contract text in Chinese typography, with known places for the ink."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.condition import Kind
from app.domain.evidence import digest
from app.forms import markup
from app.forms.fonts import fonts
from app.forms.templates import render

COST_SHEET = "cost_sheet"
ROLES = {"borrower": "客户（借款人）", "spouse": "配偶（共同借款人）", "guarantor": "保证人",
         "company": "企业授权代表", "witness": "见证人（已向客户宣读全文）", "manager": "客户经理（经办人）"}
NOTICE = "参考文本，正式使用前由贷款人法律部门审定替换"

SIGNER_UNKNOWN = Kind(
    "forms.signer_unknown", zh="文件“{template}”要求的签署人“{signer}”没有名称。",
    zh_next="请管理员在模板开头写明该签署人的称谓。",
    en="The document “{template}” asks for an unknown signer, {signer}.",
    en_next="Have the administrator name this signer at the head of the template.")
NO_TITLE = Kind("forms.title_missing", zh="文件模板“{template}”没有标题行（# 标题）。",
                zh_next="请管理员更正模板文字。", en="The template “{template}” has no title line (# title).",
                en_next="Have the administrator mend it.")


@dataclass(frozen=True)
class DrawnForm:
    """``signature_boxes``: signer → page (from 0), x0, y0, x1, y1 in points from the lower left corner.

    ``content_sha256`` is of the filled text in UTF-8; the QR code and the footer carry it. ``clauses`` are the
    highlighted ones.
    """

    pdf: bytes
    signature_boxes: dict[str, tuple[int, float, float, float, float]]
    content_sha256: str
    title: str
    clauses: tuple[str, ...] = ()


def draw(form_code: str, template_text: str, context: Mapping[str, Any], *, case_number: str, case_id: str,
         signers: tuple[str, ...] = ("borrower", "manager"), seal: bytes = b"") -> DrawnForm:
    """Draw one document; equal input gives equal bytes. ``seal`` (PNG) goes on it where a company signs.

    Raises ``forms.field_missing``, ``forms.glyph_missing``, ``forms.font_missing`` and kinds about a broken template.
    """
    from app.forms.layout import COMPANY, Surround, pages

    head, body = markup.split_head(template_text)
    signing = {"signing": list(signers), "signatory": context.get("signatories", {}).get(next(iter(signers), ""), {})}
    text = render(form_code, body, {**context, **signing, "case": {"number": case_number, "id": case_id}})
    blocks = markup.parse(text)
    title = next(iter(_texts(blocks, "title")), None)
    if title is None:
        raise NO_TITLE(template=form_code)
    content = digest(text.encode())
    surround = Surround(bank=context["bank"]["name"], title=title, case_number=case_number,
                        foot=_foot(form_code, content, context), qr=f"mianqian:{case_id}:{form_code}:{content}",
                        seal=seal if COMPANY in signers else b"")
    labels = tuple((signer, _label(form_code, signer, head, context)) for signer in signers)
    pdf, boxes = pages(blocks, fonts(), surround, labels)
    return DrawnForm(pdf, boxes, content, title, tuple(_texts(blocks, "highlight")))


def _texts(blocks: list[markup.Block | markup.Table], kind: str) -> list[str]:
    return ["".join(run.text for run in block.runs) for block in blocks
            if isinstance(block, markup.Block) and block.kind == kind]


def _foot(form_code: str, content: str, context: Mapping[str, Any]) -> str:
    parts = [NOTICE, f"内容摘要 {content[:16]}"]
    if form_code != COST_SHEET and "cost" in context:
        parts.append(f"成本明示表 {context['cost']['sha256'][:16]}")
    return "　".join(parts)


def _label(form_code: str, signer: str, head: Mapping[str, str], context: Mapping[str, Any]) -> str:
    role = head.get(signer) or ROLES.get(signer)
    if role is None:
        raise SIGNER_UNKNOWN(template=form_code, signer=signer)
    name = context.get("signers", {}).get(signer, "")
    return f"{role}签名：{name}"
