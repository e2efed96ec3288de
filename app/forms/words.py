"""What the check of a package says, in both languages."""

from app.domain.policy import Words


def _words(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


UNREADABLE = _words("无法打开，不是完整的证据包。", "It cannot be opened; it is not a whole package.")
ZIP_FORM = _words("ZIP 结构被改动，或不是本程序生成的。", "The ZIP was changed or was not written by this program.")
MISSING = _words("缺少这个文件。", "This file is missing.")
EXTRA = _words("清单里没有这个文件。", "The manifest does not list this file.")
FOREIGN = _words("证据包里不应有这个文件。", "This file does not belong into a package.")
TOO_BIG = _words("文件过大，不予读取。", "The file is too large to be read.")
CHANGED = _words("内容被改动，与清单不符。", "It was changed: it does not match the manifest.")
TWICE = _words("同一个编号出现了两次。", "One id is listed twice.")
NOT_CANONICAL = _words("格式被改动（不是规范 JSON）。", "Its form was changed (not canonical JSON).")
NOT_HEX = _words("签名格式被改动。", "The signature's form was changed.")
MANIFEST_SIGNATURE = _words("清单内容与设备签名不符。", "Manifest and device signature do not belong together.")
ENROLMENT_SIGNATURE = _words("设备登记声明与银行签名不符。",
                             "The enrolment statement and the bank's signature do not fit.")
ENROLMENT_DEVICE = _words("登记声明属于另一台设备。", "The enrolment statement is about another device.")
CERTIFICATE_HASH = _words("证书被改动，与清单记载的摘要不符。",
                          "The certificate was changed: its hash is not the manifest's.")
CERTIFICATE_FORM = _words("不是可用的证书。", "It is not a usable certificate.")
BANK_NOT_CA = _words("不是可签发证书的银行根证书。", "It is not a root certificate that may issue others.")
BANK_UNKNOWN = _words("与您提供的银行证书不同。", "It is not the bank certificate you hold.")
DEVICE_FOREIGN = _words("设备证书不是该银行签发的。", "The device certificate was not issued by this bank.")
DEVICE_EXPIRED = _words("封存时设备证书不在有效期内。",
                        "The device certificate was not valid when the case was sealed.")
RECEIPT_OTHER = _words("回执属于另一份清单。", "The receipt is for another manifest.")
RECEIPT_SIGNATURE = _words("回执内容与银行签名不符。", "The receipt and the bank's signature do not fit.")
JOURNAL_MISSING = _words("清单里没有唯一的业务日志。", "The manifest does not list exactly one journal.")
NOT_OPENED = _words("给定的密钥打不开这个文件。", "The key given does not open this file.")
PLAIN_CHANGED = _words("解密后的内容与清单不符。", "The decrypted content does not match the manifest.")
JOURNAL_FORM = _words("业务日志无法读取。", "The journal cannot be read.")
JOURNAL_CHAIN = _words("业务日志的链在第 {} 条断开。", "The journal's chain is broken at event {}.")
JOURNAL_HEAD = _words("业务日志的长度或末端与清单不符。", "The journal's length or head is not the manifest's.")
PDF_BAD = _words("已签文件无效：{}", "The signed document is not valid: {}")
PDF_COUNT = _words("签名个数与业务日志不符。", "The number of signatures is not what the journal says.")
PDF_STAMP = _words("银行时间戳的时间与业务日志不符。", "The bank's timestamp is not what the journal says.")
PDF_SHOWN = _words("签署的内容不是当时出示的文件。", "What was signed is not what was shown.")

MANIFEST_READ = _words("清单：业务编号 {0}，第 {1} 版，{2} 个文件。", "Manifest: case {0}, revision {1}, {2} files.")
BANK_TRUSTED = _words("银行证书与您提供的一致。", "The bank certificate is the one you hold.")
DEVICE_TRUSTED = _words("设备证书由该银行签发，封存时有效。",
                        "The device certificate is the bank's and was valid at sealing.")
ENROLMENT_TRUSTED = _words("设备的签名公钥和回执公钥由银行签字认可。",
                           "The bank signed which keys the device and receipts use.")
MANIFEST_SIGNED = _words("清单由登记的设备签名，签名后没有改动。",
                         "The enrolled device signed the manifest, unchanged since.")
RECEIPT_GOOD = _words("银行回执 {} 真实，对应这份清单。", "The bank's receipt {} is genuine and for this manifest.")
FILES_INTACT = _words("已核对 {} 个加密文件的大小和摘要。", "Size and hash of {} encrypted files compared.")
CONTENTS_INTACT = _words("已解密并核对 {} 个文件的内容。", "{} files decrypted and compared.")
JOURNAL_INTACT = _words("业务日志 {} 条，链条完整，与清单一致。",
                        "The journal's {} events form an unbroken chain that fits.")
PDFS_VALID = _words("已核对 {0} 份已签文件的 {1} 个签名。", "{1} signatures in {0} signed documents checked.")
PDFS_STAMPED = _words(
    "其中 {0} 份带银行时间戳和吊销列表（B-LT）；另有 {1} 份的签署时间由设备记录，不晚于银行回执时间。",
    "{0} of them carry the bank's timestamp and revocation list (B-LT); of {1} the time is the device's word, not later than "
    "the receipt.")

NO_TRUST = _words("没有提供银行证书：只能证明包内各部分彼此一致，不能证明来自哪家银行。",
                  "No bank certificate was given: the parts fit each other, but which bank they come from is unproven.")
NO_RECEIPT = _words("包里没有银行回执。", "There is no receipt of the bank in the package.")
NO_IDENTITY = _words("没有提供解密密钥：没有查看文件内容、业务日志和已签文件。",
                     "No decryption key was given: contents, journal and signed documents were not looked into.")
NO_MANIFEST = _words("清单不可信，没有据此核对文件。", "The manifest is not right; no file was compared with it.")
NO_BANK = _words("银行证书有问题，由它证明的部分没有核对。",
                 "The bank certificate is not right; what it proves was not checked.")
NO_ENROLMENT = _words("登记声明有问题，清单签名和回执签名没有核对。",
                      "The enrolment statement is not right; signatures of manifest and receipt were not checked.")


def fill(words: Words, *values: object) -> Words:
    return Words(zh=words.zh.format(*values), en=words.en.format(*values))
