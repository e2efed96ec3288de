"""The part of the review page that shows a face check: both pictures, what the device said, what the bank saw."""

from typing import Any

from app.domain import wire
from app.domain.challenge import Action
from app.domain.recheck import Judgement
from gateway.check_reasons import DIFFERS

VERDICTS = {"agree": "设备与银行一致", "differ": "不一致，请人工核对", "unavailable": "银行未能复核",
            "no_pictures": "没有可复核的照片", "two_person": "双人核验，不做人脸识别"}
ZONES = {"pass": "通过", "review": "需人工复核", "fail": "不通过"}
LIVENESS = {"live": "真人", "review": "需人工复核", "reject": "不通过"}
ACTIONS = {"blink": "眨眼", "turn_left": "向左转", "turn_right": "向右转", "open_mouth": "张嘴", "nod": "点头"}
NONCES = {"bank": "由本行发出，动作顺序相符", "device": "由设备生成，动作顺序相符", "bad": "有问题，见下", "none": "—"}
CAMERAS = {"device": "摄像头", "file": "文件", "stream": "网络流"}
REVIEWED = {"same": "同一人", "different": "不是同一人", None: "—"}

FACE = """<h2>人脸复核</h2>
{% if not check %}<p>{% if pending %}银行还没有看过这一版的人脸照片，请稍后刷新。{% else %}没有复核记录。{% endif %}</p>{% else %}
<p role="status"><strong{% if check.verdict == "differ" %} class="bad"{% endif %}>{{ face.VERDICTS[check.verdict] }}</strong>
· {{ check.at.strftime("%Y-%m-%d %H:%M:%S") }} (UTC)</p>
{% if check.reasons %}<ul>{% for reason in face.gravest_first(check.reasons) %}
<li title="{{ reason.en }}"{% if face.against(reason) %} class="bad"{% endif %}>
{{ reason.zh }} <small>[{{ reason.code }}]</small></li>{% endfor %}</ul>{% endif %}
{% if check.portrait or check.live %}<div class="faces">
{% if check.portrait %}<figure><img src="/review/cases/{{ check.case_id }}/files/{{ check.portrait }}" alt="证件照">
<figcaption>证件照</figcaption></figure>{% endif %}
{% for id in check.live %}<figure><img src="/review/cases/{{ check.case_id }}/files/{{ id }}" alt="现场照片 {{ loop.index }}">
<figcaption>现场 {{ loop.index }}</figcaption></figure>{% endfor %}</div>{% endif %}
{% if check.device or check.bank %}<table><thead><tr><th></th><th>设备</th><th>银行</th></tr></thead><tbody>
{% set d, b = check.device, check.bank %}
<tr><th>比对结论</th><td>{{ face.ZONES.get(d.zone, "—") if d else "—" }}</td><td>{{ face.ZONES[b.zone] if b else "—" }}</td></tr>
<tr><th>距离（通过线）</th><td>{{ face.measure(d, "distance") }}（{{ face.measure(d, "threshold") }}）</td>
<td>{{ face.measure(b, "distance") }}（{{ face.measure(b, "threshold") }}）</td></tr>
<tr><th>静默活体（0–1）</th><td>{{ face.measure(d, "passive") }}</td><td>{{ face.measure(b, "passive") }}</td></tr>
<tr><th>所用照片</th><td>{{ d.frames_used if d else "—" }}</td><td>{{ b.frames_used if b else "—" }}</td></tr>
<tr><th>引擎</th><td>{{ d.engine if d else "—" }}</td><td>{{ b.engine if b else "—" }}</td></tr>
<tr><th>模型包</th><td>{{ d.pack_sha256[:16] if d else "—" }}</td><td>{{ b.pack_sha256[:16] if b else "—" }}</td></tr>
{% if d %}<tr><th>活体结论</th><td>{{ face.LIVENESS[d.verdict] }}（第 {{ d.attempt }} 次）</td><td></td></tr>
<tr><th>动作</th><td>{{ face.order(d.actions) }}</td><td></td></tr>
<tr><th>画面来源</th><td>{{ face.CAMERAS[d.camera] }}</td><td></td></tr>
<tr><th>第二人判断</th><td>{{ face.REVIEWED[d.reviewed] }}</td><td></td></tr>{% endif %}
<tr><th>随机数</th><td colspan="2">{{ face.NONCES[check.nonce] }}</td></tr>
</tbody></table>{% endif %}{% endif %}"""


def measure(side: wire.DeviceSaid | Judgement | None, name: str) -> str:
    value = getattr(side, name, None)
    return "—" if value is None else f"{value:.3f}"


def against(reason: wire.CheckReason) -> bool:
    """Whether it speaks against the device; a code with a dot is the checker's own about a picture."""
    return reason.code in DIFFERS or "." in reason.code


def gravest_first(reasons: tuple[wire.CheckReason, ...]) -> list[wire.CheckReason]:
    return sorted(reasons, key=lambda reason: not against(reason))


def order(actions: tuple[Action, ...]) -> str:
    return " → ".join(ACTIONS[action] for action in actions) or "—"


def values(checks: wire.FaceChecks, revision: int) -> dict[str, Any]:
    """What the template needs to show the check of one revision."""
    check = next((each for each in checks.checks if each.revision == revision), None)
    return {"check": check, "pending": revision in checks.open, "face": _WORDS}


_WORDS = {"VERDICTS": VERDICTS, "ZONES": ZONES, "LIVENESS": LIVENESS, "ACTIONS": ACTIONS, "NONCES": NONCES,
          "CAMERAS": CAMERAS, "REVIEWED": REVIEWED, "measure": measure, "order": order, "against": against,
          "gravest_first": gravest_first}
