"""What the bank may notice about a face check, in words. ``DIFFERS`` are those that speak against the device."""

from app.domain.wire import CheckReason

_WORDS: dict[str, tuple[str, str]] = {
    "zone": ("设备与银行的比对结论不同。", "Device and bank came to different zones."),
    "zone_near": ("结论相差一档，但距离几乎相同（照片压缩所致）。", "The zones differ by one step at almost the same distance."),
    "device_no_match": ("设备没有给出比对结论，却随案送来了照片。", "The device sent pictures but no comparison of them."),
    "passive": ("银行的静默活体检测认为照片不像真人，设备却给出“真人”。",
                "The bank's passive check doubts a living face where the device said live."),
    "frames_unused": ("有的现场照片里不是恰好一张可用的人脸，请看照片。",
                      "Some of the live pictures do not show exactly one usable face: look at them."),
    "pictures_unlisted": ("随案照片与日志记载的不一致。", "The pictures sent are not those that the journal names."),
    "picture_too_large": ("照片过大，没有复核。", "A picture is too large to be judged."),
    "pictures_unread": ("照片在银行无法解密或读取。", "The pictures cannot be decrypted or read at the bank."),
    "nonce_unknown": ("日志称随机数由银行发出，但银行没有发过。",
                      "The journal names a nonce of the bank that the bank never gave out."),
    "nonce_foreign": ("随机数是发给另一案卷、客户经理或设备的。", "The nonce was given out for another case, manager or device."),
    "nonce_late": ("随机数已过有效期才使用。", "The nonce was used outside its time."),
    "nonce_twice": ("同一随机数用了不止一次。", "The nonce was used more than once."),
    "nonce_not_begun": ("日志里没有这次检测的开始记录。", "The journal has no beginning of this attempt."),
    "actions_not_drawn": ("动作顺序不是由该随机数抽出的。", "The actions are not those that the nonce draws."),
    "light_not_drawn": ("屏幕显示的彩光不是由该随机数抽出的。", "The colours shown are not those that the nonce draws."),
    "live_not_allowed": ("按所用政策，这次检测最多只能“需人工复核”，设备却给出“真人”。",
                         "Under the case's policy this attempt could be review at best, but the device said live."),
    "camera_unknown": ("设备没有说明是哪一个摄像头。", "The device does not say which camera it was."),
    "camera_not_enrolled": ("摄像头没有在本行登记。", "The camera is not enrolled with the bank."),
    "pack_not_approved": ("设备用的模型包没有经本行核准。", "This bank has not approved the device's model pack."),
    "no_attack_detection": ("设备的模型包没有翻拍检测模型。", "The device's model pack has no attack detection."),
    "actions_not_all": ("没有做完一套完整的动作。", "Not all actions of a full check were done."),
    "light_not_answered": ("政策要求彩光检测，这次没有做或没有得到回应。",
                           "The policy enforces the coloured light, which was not shown or not answered."),
    "sealed_failed": ("人脸核验没有通过，设备却封存了案卷。",
                      "The face check failed, and the device sealed the case all the same."),
    "attempts_over": ("日志里的检测次数超过政策允许的次数。", "The journal has more attempts than the policy grants."),
    "camera_file": ("画面来自文件或网络流，不是摄像头。", "The frames came from a file or stream, not from a camera."),
    "nonce_device": ("检测时未连上银行，随机数由设备生成。", "The device drew the nonce itself; it had no line to the bank."),
    "nonce_unused": ("本行为本案发出过随机数，日志里却没有用它的检测：可能是网络中断，也可能是有检测未记入日志。",
                     "The bank gave out a nonce for this case that no attempt of the journal used: a line that broke, or an"
                     " attempt that was left out."),
    "no_attempt": ("日志里没有人脸核验记录。", "The journal has no face check."),
    "no_pictures": ("案卷里没有可复核的人脸照片。", "The case holds no pictures to judge."),
    "two_person": ("按双人核验办理，银行不做人脸识别。", "Verified by two persons; the bank recognises no face."),
    "second_person_missing": ("选择了双人核验，但日志里没有第二人的核验记录。",
                              "The two-person path was chosen, but the journal has no second person."),
    "journal_missing": ("案卷里没有日志文件。", "The case holds no journal."),
    "journal_broken": ("日志的链条不完整，或不是清单所指的日志。", "The journal's chain is broken, or it is not the manifest's."),
    "journal_unknown": ("日志里有本网关读不懂的记录。", "The journal holds facts that this gateway cannot read."),
    "journal_unread": ("日志在银行无法解密或读取。", "The journal cannot be decrypted or read at the bank."),
    "checker_off": ("银行未启用人脸复核程序。", "The bank's face checker is switched off."),
    "checker_absent": ("银行的人脸复核程序无法启动。", "The bank's face checker cannot be started."),
    "checker_crashed": ("人脸复核程序在处理本案照片时中断。", "The face checker broke over the pictures of this case."),
    "checker_late": ("人脸复核程序超时。", "The face checker took too long."),
    "fault": ("复核时网关内部出错，已记录。", "The gateway had an internal fault over this check; it has been logged."),
}
DIFFERS = frozenset((
    "zone", "device_no_match", "passive", "pictures_unlisted", "picture_too_large", "nonce_unknown", "nonce_foreign",
    "nonce_late", "nonce_twice", "nonce_not_begun", "actions_not_drawn", "light_not_drawn", "live_not_allowed",
    "attempts_over", "sealed_failed", "no_attempt", "journal_broken"))
NONCE_BAD = frozenset((
    "nonce_unknown", "nonce_foreign", "nonce_late", "nonce_twice", "nonce_not_begun", "actions_not_drawn",
    "light_not_drawn"))


def reason(code: str) -> CheckReason:
    zh, en = _WORDS[code]
    return CheckReason(code=code, zh=zh, en=en)
