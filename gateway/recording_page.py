"""The part of the review page that plays a recording: picture, time line, and questions and signatures to jump to.

Works without a script, one segment at a time; the page's own small script makes it play on and jump without loading anew.
"""

from typing import Any

from app.domain.timeline import Note, TimeLine

WIDTH, HEIGHT = 1000, 46
PAGE = """{% extends "base" %}{% block body %}<p><a href="/review/cases/{{ m.case_id }}">← {{ m.case_number }}</a></p>
<h1>双录回看</h1>{% if trouble %}<p class="bad" role="alert">{{ trouble }}</p>{% endif %}
{% if doubts %}<h2 class="bad">时间与地点的疑点</h2><ul>
{% for one in doubts %}<li>{{ one.words.zh }}</li>{% endfor %}</ul>{% endif %}
{% for line in lines %}{% set here = at if loop.index0 == chosen else 0 %}{% set first = line.stretch_at(here) %}
{% set number = loop.index0 %}
<section class="recording" id="r{{ number }}" data-duration="{{ line.duration_ms }}"><h2>第 {{ loop.index }} 次录制 ·
{{ rec.clock(line.duration_ms) }}</h2><p>{{ rec.facts(line) }}</p>
{% if first %}<video controls preload="metadata" width="100%" src="{{ rec.url(m, first) }}#t={{ rec.within(first, here) }}"
></video>{% else %}<p class="bad">没有任何画面。</p>{% endif %}
<svg viewBox="0 0 {{ rec.WIDTH }} {{ rec.HEIGHT }}" role="img" aria-label="时间轴" preserveAspectRatio="none">
<rect x="0" y="14" width="{{ rec.WIDTH }}" height="18" fill="#dde2e8"/>
{% for s in line.stretches %}<rect class="segment" data-url="{{ rec.url(m, s) }}" data-start="{{ s.start_ms }}"
data-end="{{ s.end_ms }}" x="{{ rec.x(line, s.start_ms) }}" y="14" height="18"
width="{{ rec.x(line, s.end_ms) - rec.x(line, s.start_ms) }}" fill="{{ "#f3d9a4" if s.recovered else "#9dbfe8" }}">
<title>{{ rec.clock(s.start_ms) }}–{{ rec.clock(s.end_ms) }}{% if s.recovered %} 中断后恢复{% endif %}</title></rect>{% endfor %}
{% for h in line.holes %}<rect x="{{ rec.x(line, h.start_ms) }}" y="{{ 28 if h.sound_only else 14 }}"
height="{{ 4 if h.sound_only else 18 }}" width="{{ rec.x(line, h.end_ms) - rec.x(line, h.start_ms) }}" fill="#c62828">
<title>{{ rec.clock(h.start_ms) }} {{ h.words.zh }}</title></rect>{% endfor %}
{% for n in line.notes %}<a class="jump" data-at="{{ n.at_ms }}" href="?line={{ number }}&amp;at={{ n.at_ms }}#r{{ number }}">
{% if n.kind == "signature" %}<circle cx="{{ rec.x(line, n.at_ms) }}" cy="40" r="5" fill="{{ rec.colour(n) }}">
{% else %}<circle cx="{{ rec.x(line, n.at_ms) }}" cy="6" r="5" fill="{{ rec.colour(n) }}">{% endif %}
<title>{{ rec.clock(n.at_ms) }} {{ n.words.zh }}</title></circle></a>{% endfor %}
<rect class="needle" x="{{ rec.x(line, here) }}" y="10" width="2" height="26" fill="#1c2430"/></svg>
<table><thead><tr><th>时间</th><th>内容</th><th>回答</th></tr></thead><tbody>
{% for at_ms, words, answer, bad in rec.entries(line) %}<tr{% if bad %} class="bad"{% endif %}>
<td><a class="jump" data-at="{{ at_ms }}" href="?line={{ number }}&amp;at={{ at_ms }}#r{{ number }}">
{{ rec.clock(at_ms) }}</a></td>{{ words }}</td><td>{{ answer }}</td></tr>{% endfor %}</tbody></table></section>
{% else %}{% if not trouble %}<p>这笔面签没有双录。</p>{% endif %}{% endfor %}
<script src="/review/player.js"></script>{% endblock %}"""

SCRIPT = """"use strict";
for (const section of document.querySelectorAll("section.recording")) {
  const video = section.querySelector("video"), needle = section.querySelector(".needle");
  const segments = [...section.querySelectorAll(".segment")].map(({dataset}) =>
    ({url: dataset.url, start: Number(dataset.start), end: Number(dataset.end)}));
  if (!video || !segments.length) continue;
  const width = section.querySelector("svg").viewBox.baseVal.width;
  const scale = width / Number(section.dataset.duration);
  let now = segments.findIndex(({url}) => video.getAttribute("src").startsWith(url + "#"));
  const show = (number, within) => {
    if (number !== now) { now = number; video.src = segments[number].url; }
    video.currentTime = within;
    video.play();
  };
  const jump = at => {
    const number = segments.findIndex(({end}) => at <= end);
    if (number >= 0) show(number, Math.max(0, at - segments[number].start) / 1000);
  };
  video.addEventListener("ended", () => { if (now + 1 < segments.length) show(now + 1, 0); });
  video.addEventListener("timeupdate", () =>
    needle.setAttribute("x", (segments[now].start + video.currentTime * 1000) * scale));
  section.querySelector("svg").addEventListener("click", event => {
    const box = event.currentTarget.getBoundingClientRect();
    if (!event.target.closest(".jump")) jump((event.clientX - box.left) / box.width * width / scale);
  });
  for (const link of section.querySelectorAll(".jump"))
    link.addEventListener("click", event => { event.preventDefault(); jump(Number(link.dataset.at)); });
}
"""


def clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes}:{seconds:02d}"


def x(line: TimeLine, at_ms: int) -> float:
    return round(WIDTH * at_ms / max(1, line.duration_ms), 1)


def within(stretch: Any, at_ms: int) -> float:
    """Seconds into a segment."""
    return max(0, at_ms - stretch.start_ms) / 1000


def url(manifest: Any, stretch: Any) -> str:
    return f"/review/cases/{manifest.case_id}/files/{stretch.file.id}"


def colour(note: Note) -> str:
    return "#c62828" if note.alarm else "#0f7754" if note.kind == "signature" else "#14508c"


def entries(line: TimeLine) -> list[tuple[int, str, str, bool]]:
    """Time, words, answer and whether to look there first: questions, signatures and what is missing, in order."""
    notes = [(note.at_ms, note.words.zh if note.kept else f"{note.words.zh}（不在录像内）",
              note.answer.zh if note.answer else "", note.alarm) for note in line.notes]
    return sorted([*notes, *((hole.start_ms, f"缺失：{hole.words.zh}", "", True) for hole in line.holes)])


def facts(line: TimeLine) -> str:
    """What the device measured while it recorded."""
    said = [f"{len(line.stretches)} 段"]
    if line.face_share is not None:
        said.append(f"人脸在画面 {line.face_share:.0%}")
    if line.quiet_share is not None:
        said.append(f"无声 {line.quiet_share:.0%}")
    said.append(f"丢帧 {line.dropped}")
    if line.interrupted:
        said.append("程序中断，已恢复")
    return " · ".join(said)


WORDS = {"WIDTH": WIDTH, "HEIGHT": HEIGHT, "clock": clock, "x": x, "within": within, "url": url, "colour": colour,
         "entries": entries, "facts": facts}
