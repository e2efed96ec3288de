"""The papers of the demo case: own plain layouts with the trade's labels, invented values, marked as samples."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.capture.fonts import font
from app.demo.card import SEXES, as_bgr, draw_back, draw_front
from app.demo.story import DEFAULT, Story
from app.domain.money import rmb_words, yuan

if TYPE_CHECKING:
    import numpy as np

SHEET = (1754, 1240)
CARD = (1712, 1080)
INK, FAINT, MARK, LINE = (24, 26, 30), (90, 96, 104), (196, 40, 40), (150, 156, 164)
SAMPLE = "演示样本 虚构内容 无任何效力"
Rows = tuple[tuple[str, str], ...]


def draw_paper(code: str, story: Story = DEFAULT, title: str = "", page: int = 1) -> "np.ndarray":
    """A page of the paper of this code as a flat BGR picture; a code without its own layout becomes a plain titled sheet."""
    if code in PICTURES:
        return PICTURES[code][page - 1](story)
    name, rows = SHEETS.get(code, (title or code, _plain))
    return _sheet(title or name, rows(story), stamp=_issuer(code, story))


def photo_together(customer: "np.ndarray", seed: int = 7) -> "np.ndarray":
    """Customer and manager side by side before the dealer's wall (BGR 1280x720), from one portrait on a plain ground:
    the manager is the same face mirrored, slimmer and nearly grey."""
    import cv2
    import numpy as np
    from PIL import Image, ImageDraw

    wall = np.full((720, 1280, 3), (206, 212, 214), np.uint8)
    wall += np.random.default_rng(seed).integers(0, 5, wall.shape, np.uint8)
    height, width = customer.shape[:2]
    scale = 460 / height
    left = cv2.resize(customer, (round(width * scale), 460))
    right = cv2.resize(customer[:, ::-1], (round(width * scale * 0.9), 460))
    right = cv2.addWeighted(right, 0.35, cv2.cvtColor(cv2.cvtColor(right, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR),
                            0.6, 0)
    for picture, centre in ((left, 380), (right, 900)):
        cv2.ellipse(wall, (centre, 740), (250, 110), 0, 180, 360, (70, 52, 40), -1, cv2.LINE_AA)
        start = centre - picture.shape[1] // 2
        place = wall[260:720, start:start + picture.shape[1]]
        person = _person_mask(picture)[:, :, None]
        place[:] = np.where(person, picture, place)
    image = Image.fromarray(wall[:, :, ::-1].copy())
    draw = ImageDraw.Draw(image)
    draw.text((420, 70), f"{DEFAULT.dealer} 面签室", (40, 70, 120), font(64))
    draw.text((20, 685), SAMPLE, MARK, font(22))
    return as_bgr(image)


def _person_mask(portrait: "np.ndarray") -> "np.ndarray":
    """True where the portrait is not the plain ground that its upper corners show."""
    import cv2
    import numpy as np

    height, width = portrait.shape[:2]
    mask = np.zeros((height + 2, width + 2), np.uint8)
    for corner in ((0, 0), (width - 1, 0)):
        cv2.floodFill(portrait.copy(), mask, corner, 0, (6, 6, 6), (6, 6, 6), cv2.FLOODFILL_MASK_ONLY | 4)
    return cv2.dilate(mask[1:-1, 1:-1], np.ones((3, 3), np.uint8)) == 0


def _customer_rows(story: Story) -> Rows:
    return (("姓名", story.customer.name), ("身份证号码", story.customer.number))


def _plain(story: Story) -> Rows:
    return (*_customer_rows(story), ("车辆型号", story.model), ("车辆识别代号", story.vin),
            ("说明", "本页为演示资料，内容虚构"), ("日期", _day(story.before(3))))


def _income(story: Story) -> Rows:
    return (("员工姓名", story.customer.name), ("身份证号码", story.customer.number), ("工作单位", story.employer),
            ("职务", "工程师"), ("税后月收入", f"{yuan(story.monthly_income_fen)} 元"), ("说明", "兹证明以上内容属实"),
            ("出具日期", _day(story.before(5))))


def _statement(story: Story) -> Rows:
    wages = [f"工资  {yuan(story.monthly_income_fen - 700 * index)}  {story.employer}" for index in range(6)]
    months = tuple((_day(story.before(10 + 30 * index)), wage) for index, wage in enumerate(wages))
    return (("户名", story.customer.name), ("账号", story.bank_card),
            ("起止日期", f"{_day(story.before(185))}至{_day(story.before(5))}"), *months)


def _contract(story: Story) -> Rows:
    return (("合同编号", f"DF-{story.before(4):%Y%m%d}-0317"), ("卖方（甲方）", story.dealer),
            ("买方（乙方）", story.customer.name),
            ("车辆型号", story.model), ("车辆识别代号", story.vin), ("成交价", f"{yuan(story.price_fen)} 元"),
            ("首付款", f"{yuan(story.down_payment_fen)} 元"), ("签订日期", _day(story.before(4))))


def _down_payment(story: Story) -> Rows:
    return (("付款人户名", story.customer.name), ("付款账号", story.bank_card), ("收款人户名", story.dealer),
            ("收款账号", "9999000003170001"), ("金额大写", rmb_words(story.down_payment_fen)),
            ("小写", f"¥{yuan(story.down_payment_fen)}"), ("用途", "购车首付款"), ("交易日期", _day(story.before(3))))


def _invoice(story: Story) -> Rows:
    return (("发票代码", "132002600001"), ("发票号码", "00000317"), ("开票日期", _day(story.before(2))),
            ("购买方名称", story.customer.name), ("身份证号码", story.customer.number), ("车辆类型", "小型轿车"),
            ("厂牌型号", story.model), ("合格证号", "WDM00000317502"), ("发动机号码", story.engine_number),
            ("车辆识别代号/车架号码", story.vin), ("价税合计（大写）", rmb_words(story.price_fen)),
            ("小写", f"¥{yuan(story.price_fen)}"), ("销货单位名称", story.dealer),
            ("销货单位纳税人识别号", story.dealer_code))


def _conformity(story: Story) -> Rows:
    return (("合格证编号", "WDM00000317502"), ("发证日期", _day(story.before(40))),
            ("车辆制造企业名称", "东方样车制造有限公司"),
            ("车辆品牌", "东方样车"), ("车辆型号", story.type_code), ("车辆识别代号/车架号", story.vin),
            ("发动机号", story.engine_number), ("燃料种类", "汽油"), ("车辆制造日期", _day(story.before(45))))


def _insurance(story: Story) -> Rows:
    end = story.on.replace(year=story.on.year + 1)
    return (("保险单号", "PDAA2026000000000317"), ("被保险人", story.customer.name), ("第一受益人", story.bank),
            ("厂牌型号", story.model), ("车辆识别代号", story.vin), ("承保险种", "机动车损失保险、第三者责任保险"),
            ("保险费合计", f"¥{yuan(468_000)}"), ("保险期间", f"自{_day(story.on)}零时起至{_day(end)}零时止"))


def _marriage(story: Story) -> Rows:
    return (("持证人", story.customer.name), ("登记日期", "2014年05月20日"), ("结婚证字号", "J320101-2014-000317"),
            ("男方姓名", story.spouse.name), ("男方身份证件号", story.spouse.number),
            ("女方姓名", story.customer.name), ("女方身份证件号", story.customer.number))


def _licence(story: Story) -> Rows:
    card = story.customer
    return (("证号", card.number), ("姓名", card.name), ("性别", SEXES[card.sex]), ("国籍", "中国"),
            ("住址", card.address), ("出生日期", f"{card.birth:%Y-%m-%d}"),
            ("初次领证日期", "2010-06-18"), ("准驾车型", "C1"),
            ("有效期限", "2022-06-18 至 2032-06-18"))


def _household(story: Story) -> Rows:
    return (("户别", "家庭户"), ("户主姓名", story.spouse.name), ("姓名", story.customer.name), ("与户主关系", "妻"),
            ("公民身份证件编号", story.customer.number), ("住址", story.customer.address))


def _purchase_tax(story: Story) -> Rows:
    return (("纳税人名称", story.customer.name), ("厂牌型号", story.model), ("车辆识别代号", story.vin),
            ("实缴税额", f"¥{yuan(story.price_fen // 113 * 10)}"), ("日期", _day(story.before(1))))


SHEETS: dict[str, tuple[str, Callable[[Story], Rows]]] = {
    "income_proof": ("收入证明", _income),
    "bank_statement": ("个人账户交易流水", _statement),
    "purchase_contract": ("购车合同", _contract),
    "down_payment_proof": ("首付款凭证 电子回单", _down_payment),
    "new_car_invoice": ("机动车销售统一发票", _invoice),
    "vehicle_conformity": ("机动车整车出厂合格证", _conformity),
    "insurance_policy": ("机动车商业保险单", _insurance),
    "marriage_certificate": ("结婚证", _marriage),
    "driving_licence": ("中华人民共和国机动车驾驶证", _licence),
    "household_register": ("常住人口登记卡", _household),
    "purchase_tax_proof": ("车辆购置税完税证明", _purchase_tax),
}
ISSUERS = {"new_car_invoice": "dealer", "purchase_contract": "dealer", "income_proof": "employer",
           "bank_statement": "bank", "down_payment_proof": "bank"}


def _issuer(code: str, story: Story) -> str:
    return getattr(story, ISSUERS[code]) if code in ISSUERS else ""


def _sheet(title: str, rows: Rows, stamp: str) -> "np.ndarray":
    """Title, one ruled row a field, a round sample stamp and the sample line at the foot."""
    image, draw = _paper(SHEET, (250, 248, 240))
    width, height = SHEET
    draw.text(((width - draw.textlength(title, font(76))) / 2, 70), title, INK, font(76))
    pitch = min(110, (height - 330) // max(1, len(rows)))
    size = min(46, round(pitch * 0.62))
    for index, (label, value) in enumerate(rows):
        top = 210 + index * pitch
        draw.text((130, top), label, FAINT, font(size))
        draw.text((640, top), value, INK, _fitting(draw, value, size, width - 780))
        draw.line((120, top + pitch - 8, width - 120, top + pitch - 8), LINE, 2)
    _stamp(draw, (width - 330, 20), stamp)
    draw.text((130, height - 90), SAMPLE, MARK, font(34))
    return as_bgr(image)


def _fitting(draw, text: str, size: int, room: int):
    """The font at this size, or smaller where the text would not fit the room."""
    length = draw.textlength(text, font(size))
    return font(size if length <= room else int(size * room / length))


def _stamp(draw, place: tuple[int, int], name: str) -> None:
    left, top = place
    draw.ellipse((left, top, left + 210, top + 210), outline=(222, 120, 120), width=6)
    draw.text((left + 62, top + 60), "样本", (222, 120, 120), font(44))
    if name:
        draw.text((left + 105 - draw.textlength(name, font(20)) / 2, top + 124), name, (222, 120, 120), font(20))


def _bank_card(story: Story) -> "np.ndarray":
    image, draw = _paper(CARD, (104, 146, 200))
    for index in range(0, CARD[0] + CARD[1], 46):
        draw.line((index, 0, index - CARD[1], CARD[1]), (110, 152, 206), 14)
    ink = (18, 30, 60)
    draw.text((110, 90), story.bank, ink, font(96))
    draw.text((110, 220), "借记卡 DEBIT", ink, font(54))
    draw.rounded_rectangle((120, 380, 320, 530), 24, fill=(214, 184, 110))
    number = story.bank_card
    groups = " ".join(number[start:start + 4] for start in range(0, len(number), 4))
    draw.text((120, 620), groups, ink, font(104))
    draw.text((120, 860), SAMPLE, MARK, font(44))
    draw.text((1340, 820), "演示卡", ink, font(84))
    return as_bgr(image)


PICTURES: dict[str, tuple[Callable[[Story], "np.ndarray"], ...]] = {
    "id_card_front": (lambda story: draw_front(story.customer),),
    "id_card_back": (lambda story: draw_back(story.customer),),
    "spouse_id_card": (lambda story: draw_front(story.spouse), lambda story: draw_back(story.spouse)),
    "bank_card": (_bank_card,),
}


def _paper(size: tuple[int, int], ground: tuple[int, int, int]):
    from PIL import Image, ImageDraw

    image = Image.new("RGB", size, ground)
    return image, ImageDraw.Draw(image)


def _day(day) -> str:
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"
