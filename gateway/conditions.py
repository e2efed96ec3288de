"""Every refusal the gateway speaks, and the HTTP status each one travels under."""

from app.domain.condition import Condition, Kind

REQUEST_INVALID = Kind(
    "request.invalid", zh="请求格式不正确（{where}）。", zh_next="请更新客户端后重试；若仍出现，请联系本行技术支持。",
    en="The request is not well-formed ({where}).", en_next="Update the client, or call the bank's support.")
NOT_FOUND = Kind(
    "request.not_found", zh="没有找到所请求的内容。", zh_next="请核对地址或编号。",
    en="There is nothing here under that name.", en_next="Check the address or the number.")
RECORDING_UNREADABLE = Kind(
    "review.recording_unreadable", zh="这笔面签的操作记录读不出来，录像不能按时间轴回看。",
    zh_next="可以在案卷页逐个下载录像文件；请联系管理员核对案卷是否完整。",
    en="This case's journal cannot be read, so its recording has no time line.",
    en_next="Download the segments one by one on the case's page; have the case checked for completeness.")
NOT_ALLOWED = Kind(
    "request.not_allowed", zh="此地址不支持该操作。", zh_next="请更新客户端。",
    en="This address does not take that method.", en_next="Update the client.")
TOO_LARGE = Kind(
    "request.too_large", zh="发送的内容超过了允许的大小。", zh_next="请核对文件后重新发送。",
    en="What was sent is larger than allowed.", en_next="Check the file and send it again.")
TOO_MANY = Kind(
    "request.too_many", zh="尝试过于频繁。", zh_next="请在 {retry_after} 秒后再试。",
    en="Too many attempts.", en_next="Try again in {retry_after} seconds.")
FAULT = Kind(
    "gateway.fault", zh="银行网关内部出错，已记录。", zh_next="资料仍保存在本机，稍后会自动重试。",
    en="The bank's gateway had an internal fault; it has been logged.",
    en_next="Everything is still on the device; it will try again by itself.")
FULL = Kind(
    "gateway.full", zh="银行网关的存储空间不足。", zh_next="资料仍保存在本机；请通知本行技术支持。",
    en="The bank's gateway has run out of space.",
    en_next="Everything is still on the device; tell the bank's support.")
CODE_UNKNOWN = Kind(
    "enrol.code", zh="登记码无效、已用过或已过期。", zh_next="请向本行管理员索取新的登记码。",
    en="The enrolment code is wrong, used or expired.", en_next="Ask the bank's office for a new code.")
KEYS_BAD = Kind(
    "enrol.keys", zh="设备提交的密钥不符合要求。", zh_next="请更新客户端后重新登记。",
    en="The keys offered by the device are not of the required kind.", en_next="Update the client and enrol again.")
DEVICE_UNKNOWN = Kind(
    "device.unknown", zh="银行不认识这台设备。", zh_next="请用新的登记码登记本机。",
    en="The bank does not know this device.", en_next="Enrol this device with a new code.")
DEVICE_REVOKED = Kind(
    "device.revoked", zh="这台设备已被银行停用。", zh_next="资料仍加密保存在本机；请联系本行管理员。",
    en="The bank has revoked this device.", en_next="Everything stays encrypted on it; call the bank's office.")
DEVICE_SIGNATURE = Kind(
    "device.signature", zh="请求的设备签名不正确。", zh_next="请重新登记本机；若经过代理，请联系网络管理员。",
    en="The device's signature on the request does not verify.",
    en_next="Enrol this device again; if a proxy is in between, tell the network's administrator.")
DEVICE_CLOCK = Kind(
    "device.clock", zh="本机时钟与银行时间相差过大。", zh_next="请校准本机的日期与时间。",
    en="The device's clock is too far from the bank's time.", en_next="Set the device's date and time.")
DEVICE_REPLAYED = Kind(
    "device.replayed", zh="同一个请求已经处理过。", zh_next="会用新的请求自动重试。",
    en="This very request was taken before.", en_next="It is tried again by itself with a fresh request.")
STAFF_WRONG = Kind(
    "staff.wrong", zh="工号或密码不正确。", zh_next="请重新输入；连续五次错误将锁定十五分钟。",
    en="Staff number or password is wrong.", en_next="Type it again; five failures lock it for fifteen minutes.")
STAFF_LOCKED = Kind(
    "staff.locked", zh="该工号已因多次输错而锁定。", zh_next="请在 {retry_after} 秒后再试，或联系管理员。",
    en="This staff number is locked after repeated failures.",
    en_next="Try again in {retry_after} seconds or call the office.")
STAFF_TOKEN = Kind(
    "staff.token", zh="登录已失效。", zh_next="请重新登录；未发送的资料会保留并继续发送。",
    en="The sign-in is no longer valid.", en_next="Sign in again; what is unsent is kept and goes on.")
STAFF_ROLE = Kind(
    "staff.role", zh="当前身份无权进行此操作。", zh_next="请用有相应权限的工号登录。",
    en="This role may not do that.", en_next="Sign in with a staff number that may.")
POLICY_NONE = Kind(
    "policy.none", zh="银行尚未发布业务政策包。", zh_next="请联系本行管理员。",
    en="The bank has not published a policy pack.", en_next="Call the bank's office.")
POLICY_UNKNOWN = Kind(
    "intake.policy", zh="案卷所用的政策包不是本行发布的。", zh_next="请联系本行管理员核对政策包版本。",
    en="The case was made under a policy pack this bank never published.",
    en_next="Call the bank's office about the policy pack.")
PRACTICE = Kind(
    "intake.practice", zh="这是一笔练习，银行不收。", zh_next="正式业务请新建面签；练习可在今日业务里丢弃。",
    en="This case is for practice; the bank does not take it.",
    en_next="Begin a new signing for real work; practice is discarded in the work list.")
MANIFEST_SIGNATURE = Kind(
    "intake.signature", zh="案卷清单的设备签名不正确。", zh_next="请保留本机案卷并联系本行技术支持。",
    en="The device's signature on the manifest does not verify.", en_next="Keep the case and call the bank's support.")
MANIFEST_BAD = Kind(
    "intake.manifest", zh="案卷清单与请求或登记信息不符（{where}）。", zh_next="请保留本机案卷并联系本行技术支持。",
    en="The manifest does not fit the request or the enrolment ({where}).",
    en_next="Keep the case and call the bank's support.")
MANIFEST_CONFLICT = Kind(
    "intake.conflict", zh="银行已收到同一案卷同一版本的不同清单。", zh_next="请保留本机案卷并联系本行技术支持核对。",
    en="The bank already has a different manifest for this revision of the case.",
    en_next="Keep the case and call the bank's support to compare them.")
REVISION_GAP = Kind(
    "intake.revision_gap", zh="案卷的上一版本尚未送达。", zh_next="上一版本送达后会自动继续。",
    en="The previous revision of the case has not arrived.", en_next="It goes on once the previous one is there.")
NOT_YOURS = Kind(
    "intake.not_yours", zh="该案卷由另一位客户经理办理。", zh_next="请由原客户经理登录后发送。",
    en="This case belongs to another manager.", en_next="Let that manager sign in and send it.")
FILES_MISSING = Kind(
    "intake.files_missing", zh="案卷还有 {count} 个文件未送达。", zh_next="将继续发送缺少的文件。",
    en="{count} files of the case have not arrived.", en_next="The missing files are sent on.")
FILE_DAMAGED = Kind(
    "intake.file_damaged", zh="有 {count} 个文件与清单不符，已退回。", zh_next="将重新发送这些文件。",
    en="{count} files do not match the manifest and were dropped.", en_next="They are sent again.")
NO_RECEIPT = Kind(
    "intake.no_receipt", zh="该案卷尚无回执。", zh_next="请先完成提交。",
    en="There is no receipt for this case yet.", en_next="Commit it first.")
UPLOAD_GONE = Kind(
    "upload.gone", zh="银行已没有这次上传的记录。", zh_next="将重新上传该文件。",
    en="The bank no longer has this upload.", en_next="The file is sent anew.")
UPLOAD_OFFSET = Kind(
    "upload.offset", zh="续传位置与银行记录不一致。", zh_next="将从银行记录的位置继续。",
    en="The upload's offset is not the one the bank has.", en_next="It goes on from the bank's offset.")
UPLOAD_CHECKSUM = Kind(
    "upload.checksum", zh="这一段数据在传输中损坏。", zh_next="将重新发送这一段。",
    en="This piece was damaged on the way.", en_next="It is sent again.")
UPLOAD_CUT = Kind(
    "upload.cut", zh="这一段没有传完，已收到的部分已保存。", zh_next="将从银行记录的位置继续。",
    en="This piece did not come to its end; what came is kept.", en_next="It goes on from the bank's offset.")
UPLOAD_BUSY = Kind(
    "upload.busy", zh="该文件正由另一连接上传。", zh_next="稍后自动继续。",
    en="Another connection is sending this file.", en_next="It goes on shortly.")
TUS_VERSION_BAD = Kind(
    "upload.version", zh="不支持的续传协议版本。", zh_next="请更新客户端。",
    en="That version of the upload protocol is not supported.", en_next="Update the client.")
NOT_LOOPBACK = Kind(
    "serve.insecure", zh="未加密的网关只能在本机回环地址上监听。",
    zh_next="请配置 --tls-certificate 与 --tls-key，或在 TLS 代理之后使用 --behind-tls-proxy。",
    en="Without TLS the gateway listens on loopback only.",
    en_next="Give --tls-certificate and --tls-key, or --behind-tls-proxy where a proxy ends TLS.")
TLS_HALF = Kind(
    "serve.tls_half", zh="TLS 证书和私钥只给了一个，网关没有启动。", zh_next="请同时给出 --tls-certificate 与 --tls-key。",
    en="Only one of TLS certificate and key was given; the gateway did not start.",
    en_next="Give both --tls-certificate and --tls-key.")
BOOTSTRAP_UNSAFE = Kind(
    "serve.bootstrap", zh="内置启动文件不能使用：{why}", zh_next="内置启动文件仅限本机回环地址，且只能由本用户读取。",
    en="The bootstrap file cannot be used: {why}",
    en_next="It is for loopback only and must be readable by its owner alone.")
PORT_TAKEN = Kind(
    "serve.port", zh="无法在 {address} 上监听。", zh_next="请换一个端口，或停止占用该端口的程序。",
    en="Cannot listen on {address}.", en_next="Choose another port or stop the program that holds it.")
DATABASE_URL = Kind(
    "serve.database", zh="这个数据库打不开。", zh_next="请核对 --database：sqlite:///路径 或 postgresql://用户@主机/库名，以及数据库是否在运行。",
    en="That database does not open.",
    en_next="Check --database (sqlite:///PATH or postgresql://USER@HOST/NAME) and that the database runs.")
SHELF_BAD = Kind(
    "serve.shelf", zh="存放案卷文件的存储桶不能用：{why}", zh_next="请核对 --shelf、环境变量中的密钥，以及是否安装了 minio。",
    en="The bucket for case files cannot be used: {why}",
    en_next="Check --shelf, the keys in the environment, and that the package minio is installed.")
DATABASE_NEWER = Kind(
    "serve.database_newer", zh="这个数据库属于更新版本的网关，没有改动它。", zh_next="请用创建它的版本或更新的版本启动。",
    en="That database belongs to a newer gateway; nothing in it was changed.",
    en_next="Start the version that made it, or a newer one.")
FILE_UNREADABLE = Kind(
    "serve.file", zh="无法读取 {name}：{why}", zh_next="请核对文件内容后重新启动。",
    en="Cannot read {name}: {why}", en_next="Mend the file and start again.")
PASSWORD_WEAK = Kind(
    "staff.password", zh="密码至少需要 {length} 个字符。", zh_next="请换一个更长的密码。",
    en="A password needs at least {length} characters.", en_next="Choose a longer one.")

CAMERA_ID = Kind(
    "camera.id", zh="这不是摄像头的硬件编号。", zh_next="请照抄该设备上 mianqian doctor 显示的编号。",
    en="That is no hardware id of a camera.", en_next="Copy the id that mianqian doctor shows on the device.")
CAMERAS_FULL = Kind(
    "camera.full", zh="一台设备最多登记 {most} 个摄像头。", zh_next="请先移除不再使用的摄像头。",
    en="A device may have at most {most} cameras.", en_next="Remove those it no longer uses first.")

STATUS: dict[str, int] = {
    REQUEST_INVALID.code: 422, RECORDING_UNREADABLE.code: 422, NOT_FOUND.code: 404,
    NOT_ALLOWED.code: 405, TOO_LARGE.code: 413, TOO_MANY.code: 429,
    FAULT.code: 500, FULL.code: 507, CODE_UNKNOWN.code: 403, KEYS_BAD.code: 422, DEVICE_UNKNOWN.code: 401,
    DEVICE_REVOKED.code: 403, DEVICE_SIGNATURE.code: 401, DEVICE_CLOCK.code: 401, DEVICE_REPLAYED.code: 425,
    STAFF_WRONG.code: 401,
    STAFF_LOCKED.code: 429, STAFF_TOKEN.code: 401, STAFF_ROLE.code: 403, POLICY_NONE.code: 404,
    POLICY_UNKNOWN.code: 422, PRACTICE.code: 422, MANIFEST_SIGNATURE.code: 422, MANIFEST_BAD.code: 422,
    MANIFEST_CONFLICT.code: 409, REVISION_GAP.code: 409, NOT_YOURS.code: 403, FILES_MISSING.code: 409, FILE_DAMAGED.code: 422,
    NO_RECEIPT.code: 404, UPLOAD_GONE.code: 410, UPLOAD_OFFSET.code: 409, UPLOAD_CHECKSUM.code: 460,
    UPLOAD_BUSY.code: 423, UPLOAD_CUT.code: 408, TUS_VERSION_BAD.code: 412,
}


def status_of(condition: Condition) -> int:
    return STATUS[condition.code]
