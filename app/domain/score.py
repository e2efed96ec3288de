"""The quality of one signing operation, 0–100 over five criteria, and the acts that void it.

S = material + timeliness + satisfaction + dealer + diligence; the weights (30/15/15/10/30) come from the policy pack.
Before submission nobody can know what happens after the loan is paid out: such diligence items are None, the phases
that can be judged carry the whole weight, and the score is marked provisional. How the person was identified is no
input: the two-person path costs nothing.
"""

from pydantic import Field

from app.domain.model import Model
from app.domain.policy import PolicyPack, Words

COMPLAINT_COST = 0.2
SHRINK = 10  # answers that the bank's mean counts for
FRAUD_FOUND_BONUS = 5.0
PHASES: dict[str, float] = {"before": 12.0, "during": 12.0, "after": 6.0}

DILIGENCE: dict[str, dict[str, Words]] = {
    "before": {
        "borrower_seen": Words(zh="亲见本人", en="borrower seen in person"),
        "id_verified": Words(zh="证件核验", en="identity verified"),
        "authorised_before_query": Words(zh="征信授权先于查询", en="bureau authorisation before the query"),
        "income_checked": Words(zh="收入与用途核实", en="income and purpose checked"),
        "vehicle_checked": Words(zh="车辆与价格核实", en="vehicle and price checked"),
        "on_site": Words(zh="定位在场", en="on site by position"),
        "alerts_handled": Words(zh="反欺诈提示已处置", en="fraud alerts handled"),
    },
    "during": {
        "cost_sheet_signed": Words(zh="成本明示表签字", en="cost sheet signed"),
        "clauses_shown": Words(zh="重要条款提示", en="important clauses pointed out"),
        "recording_complete": Words(zh="双录完整", en="recording complete"),
        "photo_together": Words(zh="面签合影", en="photo together"),
        "mortgage_arranged": Words(zh="抵押手续", en="mortgage arranged"),
        "entrusted_payment": Words(zh="受托支付", en="payment entrusted to the dealer's account"),
    },
    "after": {
        "first_visit": Words(zh="首次回访", en="first visit"),
        "spot_check": Words(zh="抽查配合", en="spot check supported"),
        "alert_24h": Words(zh="预警 24 小时响应", en="alerts answered within 24 hours"),
        "overdue_contact": Words(zh="逾期次日触达", en="contact the day after a missed payment"),
        "archived": Words(zh="档案归档", en="file archived"),
    },
}
VETOES: dict[str, Words] = {
    "signed_by_other": Words(zh="代签", en="signed by someone else"),
    "borrower_not_seen": Words(zh="未亲见本人", en="borrower not seen"),
    "forged_location": Words(zh="伪造定位", en="forged position"),
    "query_without_authorisation": Words(zh="无授权查询征信", en="bureau queried without authorisation"),
    "unrecorded": Words(zh="应双录未双录", en="not recorded though it must be"),
    "cost_sheet_unsigned": Words(zh="未签综合融资成本明示表", en="cost sheet not signed"),
    "private_charge": Words(zh="自行收费", en="private charge"),
}


class ScoreInputs(Model):
    """What is known. ``completeness`` is the checklist's (rounds already taken off); ``rounds`` is only told.

    ``satisfaction`` is the mean of the customer's 1–5 answers, ``answers`` how many, None where not given or void.
    ``submit_hours`` counts from the end of signing to submission, or to the first network when offline.
    """

    completeness: float = Field(ge=0, le=1)
    rounds: int = Field(default=0, ge=0)
    session_minutes: float | None = Field(default=None, ge=0)
    submit_hours: float | None = Field(default=None, ge=0)
    used_or_lease: bool = False
    online: bool = True
    satisfaction: float | None = Field(default=None, ge=1, le=5)
    answers: int = Field(default=0, ge=0)
    complaints: int = Field(default=0, ge=0)
    dealer_score: float = Field(ge=0, le=100)
    dealer_grade: str = Field(pattern="^[A-D]$")
    diligence: dict[str, bool | None] = Field(default_factory=dict)
    fraud_found: bool = False
    vetoes: tuple[str, ...] = ()


class Criterion(Model):
    code: str
    name: Words
    points: float
    maximum: float
    basis: Words
    provisional: bool = False


class OperationScore(Model):
    """Five criteria, their total 0–100, what voids it, and whether parts can still change."""

    criteria: tuple[Criterion, ...]
    total: float
    vetoes: tuple[str, ...]
    provisional: bool

    def criterion(self, code: str) -> Criterion:
        return next(c for c in self.criteria if c.code == code)


def operation_score(inputs: ScoreInputs, pack: PolicyPack) -> OperationScore:
    """The score of one operation. Codes of ``diligence`` and ``vetoes`` must be known ones (KeyError otherwise)."""
    known = {code for phase in DILIGENCE.values() for code in phase}
    for code in (*(inputs.diligence.keys() - known), *(set(inputs.vetoes) - VETOES.keys())):
        raise KeyError(code)
    criteria = (_material(inputs, pack), _timeliness(inputs, pack), _satisfaction(inputs, pack), _dealer(inputs, pack),
                _diligence(inputs, pack))
    total = sum(c.points for c in criteria) + (FRAUD_FOUND_BONUS if inputs.fraud_found else 0.0)
    return OperationScore(criteria=criteria, vetoes=inputs.vetoes, provisional=any(c.provisional for c in criteria),
                          total=0.0 if inputs.vetoes else round(min(100.0, max(0.0, total)), 1))


def _criterion(code: str, name: Words, share: float, maximum: float, basis: Words, provisional=False) -> Criterion:
    points = round(maximum * min(1.0, max(0.0, share)), 2)
    return Criterion(code=code, name=name, points=points, maximum=maximum, basis=basis, provisional=provisional)


def _material(inputs: ScoreInputs, pack: PolicyPack) -> Criterion:
    zh, en = f"资料完整度 {inputs.completeness:.0%}", f"papers {inputs.completeness:.0%} complete"
    if inputs.rounds:
        zh, en = f"{zh}，补件 {inputs.rounds} 轮", f"{en}, {inputs.rounds} supplement round(s)"
    return _criterion("material", Words(zh="进件材料完整性", en="Completeness"), inputs.completeness,
                      pack.weights.material, Words(zh=zh, en=en))


def _timeliness(inputs: ScoreInputs, pack: PolicyPack) -> Criterion:
    """Mean over the known stages of clamp((3·SLA − t) / (2·SLA), 0, 1): full up to the SLA, nothing from three on."""
    limits = pack.thresholds
    session_sla = limits.session_sla_minutes_used if inputs.used_or_lease else limits.session_sla_minutes
    submit_sla = limits.submit_sla_hours_online if inputs.online else limits.submit_sla_hours_offline
    stages = [(inputs.session_minutes, session_sla), (inputs.submit_hours, submit_sla)]
    shares = [min(1.0, max(0.0, (3 * sla - t) / (2 * sla))) for t, sla in stages if t is not None]
    name = Words(zh="流程时效", en="Timeliness")
    if not shares:
        return _criterion("timeliness", name, 1.0, pack.weights.timeliness,
                          Words(zh="尚未计时", en="not timed yet"), provisional=True)
    zh, en = [], []
    if inputs.session_minutes is not None:
        zh.append(f"面签 {inputs.session_minutes:.0f} 分钟（标准 {session_sla:.0f}）")
        en.append(f"session {inputs.session_minutes:.0f} min (standard {session_sla:.0f})")
    if inputs.submit_hours is not None:
        zh.append(f"提交 {inputs.submit_hours:.1f} 小时（标准 {submit_sla:.0f}）")
        en.append(f"submitted after {inputs.submit_hours:.1f} h (standard {submit_sla:.0f})")
    return _criterion("timeliness", name, sum(shares) / len(shares), pack.weights.timeliness,
                      Words(zh="，".join(zh), en=", ".join(en)), provisional=len(shares) < len(stages))


def _satisfaction(inputs: ScoreInputs, pack: PolicyPack) -> Criterion:
    """C = (x − 1) / 4 of the mean drawn towards the bank's mean μ: x = (n·x̄ + 10·μ) / (n + 10); − 0.2 a complaint."""
    prior = pack.thresholds.satisfaction_prior
    given = inputs.satisfaction is not None and inputs.answers > 0
    mean = (inputs.answers * inputs.satisfaction + SHRINK * prior) / (inputs.answers + SHRINK) if given else prior
    if given:
        zh = f"客户评价 {inputs.satisfaction:.1f} 分，{inputs.answers} 项，与全行均值 {prior:.1f} 合并"
        en = f"customer's mean {inputs.satisfaction:.1f} of {inputs.answers}, drawn towards the bank's {prior:.1f}"
    else:
        zh, en = f"客户尚未评价，暂按全行均值 {prior:.1f}", f"not rated yet; the bank's mean {prior:.1f} stands in"
    if inputs.complaints:
        zh, en = f"{zh}，有效投诉 {inputs.complaints} 件", f"{en}, {inputs.complaints} upheld complaint(s)"
    return _criterion("satisfaction", Words(zh="客户满意度", en="Satisfaction"),
                      (mean - 1) / 4 - COMPLAINT_COST * inputs.complaints, pack.weights.satisfaction,
                      Words(zh=zh, en=en), provisional=not given)


def _dealer(inputs: ScoreInputs, pack: PolicyPack) -> Criterion:
    share = 0.0 if inputs.dealer_grade == "D" else inputs.dealer_score / 100
    basis = Words(zh=f"车商 {inputs.dealer_grade} 级，渠道评分 {inputs.dealer_score:.0f}",
                  en=f"dealer grade {inputs.dealer_grade}, channel score {inputs.dealer_score:.0f}")
    return _criterion("dealer", Words(zh="车商渠道评分", en="Dealer channel"), share, pack.weights.dealer, basis)


def _diligence(inputs: ScoreInputs, pack: PolicyPack) -> Criterion:
    """Phases weigh 12, 12 and 6; within one, known items weigh alike; unknown phases leave their weight to others."""
    earned = known = 0.0
    lacking, unknown = [], False
    for phase, weight in PHASES.items():
        answers = {code: inputs.diligence.get(code) for code in DILIGENCE[phase]}
        judged = [answer for answer in answers.values() if answer is not None]
        unknown = unknown or len(judged) < len(answers)
        lacking += [DILIGENCE[phase][code] for code, answer in answers.items() if answer is False]
        if judged:
            earned += weight * sum(judged) / len(judged)
            known += weight
    share = earned / known if known else 1.0
    if lacking:
        basis = Words(zh="未完成：" + "、".join(w.zh for w in lacking),
                      en="not done: " + ", ".join(w.en for w in lacking))
    elif known:
        basis = Words(zh="已知各项均已尽职", en="everything known so far is done")
    else:
        basis = Words(zh="尚无记录", en="nothing recorded yet")
    return _criterion("diligence", Words(zh="贷前中后尽职", en="Diligence"), share, pack.weights.diligence, basis,
                      provisional=unknown)
