"""What can go wrong between this device and the bank, and the one table from HTTP answers to conditions."""

from app.domain.condition import Condition, Kind

UNREACHABLE = Kind(
    "bank.unreachable", zh="现在连不上银行。", zh_next="资料已保存在本机，联网后会自动发送；请检查网络。",
    en="The bank cannot be reached now.", en_next="Everything is kept here and goes out by itself; check the network.")
NOT_OUR_SERVER = Kind(
    "bank.not_our_server", zh="回应的不是银行网关，可能是需要登录的公共网络。",
    zh_next="请核对银行地址；公共网络请先在浏览器中登录，或换一个网络。资料未被发送。",
    en="What answered is not the bank's gateway; this network may want a sign-in of its own.",
    en_next="Check the bank's address; sign in to the network in a browser, or use another one. Nothing was handed over.")
ADDRESS = Kind(
    "bank.address", zh="这不是银行网关的地址。", zh_next="请照银行给的填写，例如 https://bank.example。",
    en="This is not the address of a bank's gateway.", en_next="Write it as the bank gave it, such as https://bank.example.")
REDIRECTED = Kind(
    "bank.redirected", zh="网络把请求转向了别的地址，已拒绝。", zh_next="请先登录该网络或换一个网络，并核对网关地址。",
    en="The network sent the request elsewhere; that was refused.",
    en_next="Sign in to the network or use another one, and check the gateway's address.")
NOT_TRUSTED = Kind(
    "bank.not_trusted", zh="无法确认对方是银行：安全证书不受信任。",
    zh_next="请勿继续使用此网络；若公司网络检查加密流量，请联系网络管理员。",
    en="The other side could not prove to be the bank: its certificate is not trusted.",
    en_next="Do not use this network; where the company inspects traffic, call its administrator.")
INSECURE = Kind(
    "bank.insecure", zh="网关地址没有加密（http）。", zh_next="请改用 https 开头的网关地址。",
    en="The gateway's address is not encrypted (http).", en_next="Use the gateway's https address.")
CLOCK = Kind(
    "bank.clock", zh="本机时钟不准，安全连接无法建立。", zh_next="请校准本机的日期与时间后重试。",
    en="This computer's clock is wrong, so no safe connection is possible.",
    en_next="Set date and time, then try again.")
BUSY = Kind(
    "bank.busy", zh="银行网关暂时无法处理。", zh_next="稍后会自动重试。",
    en="The bank's gateway cannot take it just now.", en_next="It is tried again by itself.")
CHANGED_ON_WAY = Kind(
    "bank.changed_on_way", zh="资料在途中一再被改动，银行没有收下。",
    zh_next="稍后会自动再试；请换一个网络，并告诉本行技术支持。",
    en="What was sent arrived changed again and again, and the bank did not take it.",
    en_next="It is tried again by itself; use another network and tell the bank's support.")
FULL = Kind(
    "bank.full", zh="银行网关的存储空间不足。", zh_next="资料仍保存在本机；请通知本行技术支持。",
    en="The bank's gateway has run out of space.", en_next="Everything is kept here; tell the bank's support.")
SIGN_IN_NEEDED = Kind(
    "bank.sign_in_needed", zh="登录已过期。", zh_next="请重新登录；未发送的资料会接着发送。",
    en="The sign-in has expired.", en_next="Sign in again; what is unsent goes on from where it was.")
WRONG_PASSWORD = Kind(
    "bank.wrong_password", zh="工号或密码不正确。", zh_next="请重新输入；连续五次错误将锁定十五分钟。",
    en="Staff number or password is wrong.", en_next="Type it again; five failures lock it for fifteen minutes.")
STAFF_LOCKED = Kind(
    "bank.staff_locked", zh="该工号已因多次输错而锁定。", zh_next="请在 {retry_after} 秒后再试，或联系管理员。",
    en="This staff number is locked after repeated failures.",
    en_next="Try again in {retry_after} seconds or call the office.")
DEVICE_REVOKED = Kind(
    "bank.device_revoked", zh="这台设备已被银行停用。", zh_next="资料仍加密保存在本机；请联系本行管理员。",
    en="The bank has revoked this device.", en_next="Everything stays encrypted here; call the bank's office.")
DEVICE_UNKNOWN = Kind(
    "bank.device_unknown", zh="银行不认识这台设备。", zh_next="请用新的登记码登记本机。",
    en="The bank does not know this device.", en_next="Enrol it with a new code.")
CODE_REFUSED = Kind(
    "bank.code_refused", zh="登记码无效、已用过或已过期。", zh_next="请向本行管理员索取新的登记码。",
    en="The enrolment code is wrong, used or expired.", en_next="Ask the bank's office for a new one.")
NOT_REACHED = Kind(
    "bank.not_reached", zh="这个银行地址现在连不上。", zh_next="请核对地址和网络；单位上网要经过代理的，请填写代理服务器后再试。",
    en="Nothing can be reached at this bank's address.",
    en_next="Check address and network; where the company has a proxy, name it and try again.")
ENROLLED_BEFORE = Kind(
    "bank.enrolled_before", zh="这份数据已经在这家银行登记过。",
    zh_next="不能用新的登记码再登记一次；确需重新登记，请用新的数据文件夹。",
    en="This data is enrolled with that bank already.",
    en_next="It takes no second code. Where the device has to be enrolled anew, use a new data folder.")
ENROLMENT_BAD = Kind(
    "bank.enrolment_bad", zh="银行的登记答复不一致，已拒绝。",
    zh_next="请换一个网络重新登记；若再次出现，请联系本行技术支持。",
    en="The bank's answer to the enrolment contradicts itself and was refused.",
    en_next="Enrol over another network; if it comes again, call the bank's support.")
CONFLICT = Kind(
    "bank.conflict", zh="银行已收到同一案卷同一版本的不同清单。", zh_next="请保留本机案卷并联系本行技术支持核对。",
    en="The bank already has a different manifest for this revision of the case.",
    en_next="Keep the case and call the bank's support.")
REJECTED = Kind(
    "bank.rejected", zh="银行拒收：{reason}", zh_next="案卷保留在本机；请联系本行技术支持。",
    en="The bank refused it: {reason}", en_next="The case is kept here; call the bank's support.")
NOT_YOURS = Kind(
    "bank.not_yours", zh="该案卷由另一位客户经理办理。", zh_next="请由原客户经理登录后发送。",
    en="This case belongs to another manager.", en_next="Let that manager sign in to send it.")
PREVIOUS_FIRST = Kind(
    "bank.previous_first", zh="案卷的上一版本尚未送达。", zh_next="上一版本送达后会自动继续。",
    en="The case's previous revision has not arrived yet.", en_next="It goes on by itself after that one.")
FILES_WANTED = Kind(
    "bank.files_wanted", zh="银行还在等待案卷的部分文件。", zh_next="将继续发送缺少的文件。",
    en="The bank still waits for files of the case.", en_next="They are sent on.")
RECEIPT_BAD = Kind(
    "bank.receipt_bad", zh="收到的回执不是银行签发的或与案卷不符，未予采信。",
    zh_next="资料继续保留在本机；请联系本行技术支持。",
    en="The receipt is not signed by the bank or not for this case; it was not believed.",
    en_next="Everything is kept here; call the bank's support.")
FILE_DAMAGED = Kind(
    "sync.file_damaged", zh="本机保存的案卷文件已损坏（{kind}）。",
    zh_next="请勿删除本机数据，联系本行技术支持；其他案卷照常发送。",
    en="A file of the case is damaged on this computer ({kind}).",
    en_next="Delete nothing on this computer and call the bank's support; other cases go on.")
CONSENT_WITHDRAWN = Kind(
    "consent.withdrawn", zh="客户撤回了同意，这笔资料不再发送。", zh_next="请与客户商量：如要继续办理，请重新面签。",
    en="The customer withdrew a consent; this case is no longer sent.",
    en_next="Talk to the customer; to go on, sign anew.")

HELD = Kind(
    "sync.held", zh="按您的选择，这笔资料暂不发送。", zh_next="需要发送时，请在提交页选“全部发送”。",
    en="Not sent yet, as you chose.", en_next="When it may go, choose “everything” on the last page.")
RECORDINGS_WAIT = Kind(
    "sync.recordings_wait", zh="资料已送达银行，录像稍后发送。",
    zh_next="换到不计流量的网络会自动发送；如果是您选了“先发资料”，请改选“全部发送”。",
    en="The papers are at the bank; the recording goes later.",
    en_next="It goes by itself on a line that is not metered; if you chose “papers now”, choose “everything”.")

RETRY_STATUS = frozenset((408, 425, 429, 500, 502, 503, 504))
_BY_CODE: dict[str, Kind] = {
    "device.revoked": DEVICE_REVOKED, "device.unknown": DEVICE_UNKNOWN, "device.signature": DEVICE_UNKNOWN,
    "device.clock": CLOCK, "staff.token": SIGN_IN_NEEDED, "staff.role": NOT_YOURS, "staff.wrong": WRONG_PASSWORD,
    "staff.locked": STAFF_LOCKED, "enrol.code": CODE_REFUSED, "enrol.keys": ENROLLED_BEFORE,
    "intake.conflict": CONFLICT,
    "intake.not_yours": NOT_YOURS, "intake.revision_gap": PREVIOUS_FIRST, "intake.files_missing": FILES_WANTED,
    "intake.file_damaged": FILES_WANTED, "gateway.full": FULL,
}
_KINDS = {kind.code: kind for kind in tuple(globals().values()) if isinstance(kind, Kind)}
# Trouble of the line or the sign-in: what comes after it in the same run would meet it too.
LINE = frozenset(kind.code for kind in (
    UNREACHABLE, NOT_OUR_SERVER, REDIRECTED, NOT_TRUSTED, INSECURE, CLOCK, FULL, SIGN_IN_NEEDED, DEVICE_REVOKED,
    DEVICE_UNKNOWN))
# No line to the bank for now, whatever stands in the way: work goes on as without a network.
NO_LINE = frozenset(kind.code for kind in (UNREACHABLE, NOT_OUR_SERVER, REDIRECTED, NOT_TRUSTED, CLOCK, BUSY))
# A person's choice, no trouble.
CHOSEN = frozenset(kind.code for kind in (HELD, RECORDINGS_WAIT))
# Trouble that no waiting cures: somebody has to act on this case.
BLOCKS = frozenset(kind.code for kind in (NOT_YOURS, RECEIPT_BAD, FILE_DAMAGED))
REJECTS = frozenset(kind.code for kind in (CONFLICT, REJECTED, CONSENT_WITHDRAWN))


def named(code: str | None) -> Kind | None:
    """The kind of a code that an entry of the outbox keeps; None for trouble of this computer, which is told where it is met."""
    return _KINDS.get(code)


def of_answer(status: int, code: str | None, reason: str, retry_after: float | None) -> Condition:
    """The condition of one refusing answer. ``code`` is the gateway's own, None where the answer was not its."""
    values = {"retry_after": int(retry_after or 0), "reason": reason}
    if code in _BY_CODE:
        return _BY_CODE[code](**values)
    if status == 507:
        return FULL(**values)
    if status in RETRY_STATUS or status == 423:
        return BUSY(**values)
    return REJECTED(**values) if code else NOT_OUR_SERVER(**values)
