"""The plain review page: server-rendered, nothing from elsewhere, one small script on the recording's page."""

import hmac
from hashlib import sha256
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Path, Request
from jinja2 import DictLoader, Environment
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.domain import wire
from app.domain.condition import Condition
from app.domain.evidence import Identifier
from gateway import face_page, limits, recording_page, review, staff, withdrawals
from gateway.answers import language_of
from gateway.bank import bank_of
from gateway.conditions import NOT_FOUND, STAFF_TOKEN

COOKIE = "review"
STATES = {"received": "已收件", "in_review": "审核中", "returned": "退回补件",
          "approved": "已通过", "declined": "已拒绝", "disbursed": "已放款"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; "
                               "frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
}
router = APIRouter(prefix="/review", include_in_schema=False)

BASE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>面签案卷审核</title><style>
body{font:16px/1.6 system-ui,"Noto Sans SC","Microsoft YaHei",sans-serif;margin:0;color:#1c2430;background:#f5f6f8}
main{max-width:70rem;margin:0 auto;padding:1.5rem}h1{font-size:1.4rem}a{color:#14508c}
table{border-collapse:collapse;width:100%;background:#fff}th,td{text-align:left;padding:.5rem .75rem;
border-bottom:1px solid #dde2e8}th{color:#4b5768;font-weight:600}form.in{display:inline}
input,select,button{font:inherit;padding:.4rem .6rem}label{display:block;margin:.75rem 0}.bad{color:#a02020}
nav{display:flex;justify-content:space-between;align-items:baseline}
.faces{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0 0 1rem}img{height:11rem;max-width:100%;background:#dde2e8}
</style></head><body><main>{% block body %}{% endblock %}</main></body></html>"""
SIGN_IN = """{% extends "base" %}{% block body %}<h1>面签案卷审核</h1>
{% if trouble %}<p class="bad" role="alert">{{ trouble }}</p>{% endif %}
<form method="post" action="/review/sign-in">
<label>工号 <input name="staff_id" autocomplete="username" required></label>
<label>密码 <input name="password" type="password" autocomplete="current-password" required></label>
<button>登录</button></form>{% endblock %}"""
LIST = """{% extends "base" %}{% block body %}<nav><h1>收到的案卷（{{ cases|length }}）</h1>
<form class="in" method="post" action="/review/sign-out"><input type="hidden" name="form" value="{{ form }}">
{{ who }} <button>退出</button></form></nav>
<table><thead><tr><th>案卷号</th><th>客户经理</th><th>经销商</th><th>产品</th><th>版本</th>
<th>状态</th><th>人脸复核</th><th>收件时间 (UTC)</th>
</tr></thead><tbody>{% for case in cases %}<tr>
<td><a href="/review/cases/{{ case.case_id }}">{{ case.case_number }}</a></td>
<td>{{ case.staff_id }}</td><td>{{ case.dealer_id }}</td><td>{{ case.product }}</td><td>{{ case.revision }}</td>
<td>{{ states.get(case.status, case.status) }}</td>
<td{% if case.face_check == "differ" %} class="bad"{% endif %}>{{ verdicts.get(case.face_check, "待复核") }}</td>
<td>{{ case.received_at.strftime("%Y-%m-%d %H:%M:%S") }}</td></tr>
{% else %}<tr><td colspan="8">还没有收到案卷。</td></tr>{% endfor %}</tbody></table>{% endblock %}"""
CASE = """{% extends "base" %}{% block body %}<p><a href="/review">← 全部案卷</a></p>
<h1>{{ m.case_number }} · 第 {{ m.revision }} 版</h1>
<p>客户经理 {{ m.staff_id }} · 经销商 {{ m.dealer_id }} · 产品 {{ m.product }} ·
完整度 {{ "%.0f"|format(m.completeness * 100) }}% ·
操作评分 {{ "%.1f"|format(m.operation_score) }}</p>
<form method="post" action="/review/cases/{{ m.case_id }}/status"><input type="hidden" name="form" value="{{ form }}">
<select name="status" aria-label="状态">{% for code, name in states.items() %}
<option value="{{ code }}">{{ name }}</option>{% endfor %}</select>
<input name="note" maxlength="1000" placeholder="说明" aria-label="说明"><button>更新状态</button></form>
{% if withdrawn %}<h2 class="bad">客户已撤回的同意</h2><ul>{% for one in withdrawn %}
<li>{{ one.purpose }} · {{ one.withdrawn_at.strftime("%Y-%m-%d %H:%M:%S") }} UTC</li>{% endfor %}</ul>{% endif %}
{% include "face" %}
<p><a href="/review/cases/{{ m.case_id }}/recording">双录回看：时间轴、话术与签字</a></p>
<h2>文件</h2><table><thead><tr><th>文件</th><th>类别</th><th>类型</th><th>字节</th></tr></thead><tbody>{% for file in m.files %}
<tr><td><a href="/review/cases/{{ m.case_id }}/files/{{ file.id }}">{{ file.id }}</a></td><td>{{ file.kind }}</td>
<td>{{ file.media_type }}</td><td>{{ file.size }}</td></tr>{% endfor %}</tbody></table>{% endblock %}"""
_pages = Environment(
    loader=DictLoader({"base": BASE, "sign_in": SIGN_IN, "list": LIST, "case": CASE, "face": face_page.FACE,
                       "recording": recording_page.PAGE}), autoescape=True)
CaseId = Annotated[Identifier, Path()]


@router.get("")
def cases(request: Request) -> Response:
    try:
        reviewer = _reviewer(request)
    except Condition:
        return _page("sign_in", 200, trouble="")
    return _page("list", 200, cases=review.list_cases(bank_of(request), reviewer), states=STATES, who=reviewer.name,
                 verdicts=face_page.VERDICTS, form=_form_key(request))


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    fields, bank = await _fields(request), bank_of(request)
    try:
        await run_in_threadpool(limits.SIGN_INS.check, bank.database, request.client.host if request.client else "")
        answer = await run_in_threadpool(
            staff.sign_in, bank, fields.get("staff_id", "")[:80], fields.get("password", "")[:200], "")
    except Condition as condition:
        language = language_of(request)
        return _page("sign_in", 401, trouble=f"{condition.message(language)} {condition.next(language)}")
    response = RedirectResponse("/review", 303)
    response.set_cookie(COOKIE, answer.token, httponly=True, samesite="strict", path="/review",
                        secure=request.url.scheme == "https")
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    await _checked_fields(request)
    await run_in_threadpool(staff.sign_out, bank_of(request), request.cookies[COOKIE])
    response = RedirectResponse("/review", 303)
    response.delete_cookie(COOKIE, path="/review")
    return response


@router.get("/cases/{case_id}")
def case(request: Request, case_id: CaseId) -> Response:
    bank, reviewer = bank_of(request), _reviewer(request)
    manifest = review.read_manifest(bank, reviewer, case_id)
    checks = face_page.values(review.read_face_checks(bank, reviewer, case_id), manifest.revision)
    withdrawn = withdrawals.of_case(bank, reviewer, case_id).withdrawals
    return _page("case", 200, m=manifest, states=STATES, form=_form_key(request), withdrawn=withdrawn, **checks)


@router.get("/cases/{case_id}/recording")
def recording(request: Request, case_id: CaseId, line: int = 0, at: int = 0) -> Response:
    bank, reviewer = bank_of(request), _reviewer(request)
    manifest, lines, doubted, trouble = review.read_manifest(bank, reviewer, case_id), (), (), ""
    try:
        lines, doubted = review.read_recordings(bank, reviewer, case_id)
    except Condition as condition:
        language = language_of(request)
        trouble = f"{condition.message(language)} {condition.next(language)}"
    page = _page("recording", 200, m=manifest, lines=lines, doubts=doubted, chosen=line, at=max(0, at), trouble=trouble,
                 rec=recording_page.WORDS)
    page.headers["Content-Security-Policy"] += "; media-src 'self'; script-src 'self'"
    return page


@router.get("/player.js")
def player() -> Response:
    """The one script of these pages: it moves the picture, and asks for nothing but the segments."""
    return Response(recording_page.SCRIPT, media_type="text/javascript")


@router.get("/cases/{case_id}/files/{file_id}")
def file(request: Request, case_id: CaseId, file_id: Annotated[Identifier, Path()]) -> Response:
    return review.send_part(bank_of(request), _reviewer(request), case_id, file_id, request.headers.get("Range", ""))


@router.post("/cases/{case_id}/status")
async def status(request: Request, case_id: CaseId) -> Response:
    fields = await _checked_fields(request)
    if fields.get("status") not in STATES:
        raise NOT_FOUND()
    reviewer = await run_in_threadpool(_reviewer, request)
    asked = wire.StatusRequest(status=fields["status"], note=fields.get("note", "")[:1000])
    await run_in_threadpool(review.set_status, bank_of(request), reviewer, case_id, asked)
    return RedirectResponse("/review", 303)


def _page(name: str, code: int, **values: object) -> HTMLResponse:
    return HTMLResponse(_pages.get_template(name).render(values), code, HEADERS)


def _reviewer(request: Request) -> staff.SignedIn:
    signed_in = staff.who(bank_of(request), request.cookies.get(COOKIE, ""))
    if signed_in.role != "reviewer" or signed_in.device_id:
        raise STAFF_TOKEN()
    return signed_in


def _form_key(request: Request) -> str:
    """Ties a form to the sign-in that was shown it, so that no other site can send one."""
    return sha256(b"form:" + request.cookies.get(COOKIE, "").encode()).hexdigest()


async def _fields(request: Request) -> dict[str, str]:
    text = (await request.body()).decode("utf-8", "replace")
    return {name: values[0] for name, values in parse_qs(text, max_num_fields=20).items()}


async def _checked_fields(request: Request) -> dict[str, str]:
    fields = await _fields(request)
    if COOKIE not in request.cookies or not hmac.compare_digest(fields.get("form", ""), _form_key(request)):
        raise STAFF_TOKEN()
    return fields
