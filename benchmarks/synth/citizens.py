"""Invented people with what an identity card says of them: names of every shape, real counties, invented streets."""

from __future__ import annotations

import random
import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from app.capture.id_card_reader import NATIONS
from app.demo.card import number_of
from app.domain.facts import IdCard

FREQUENT, USUAL = "王李张刘陈杨赵黄周吴", "徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
RARE = ("程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯"
            "邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐"
            "梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁"
            "柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏"
            "栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄"
            "伏岑习胥保和蔺")
SURNAMES = FREQUENT * 4 + USUAL * 2 + RARE
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟", "公孙", "慕容",
            "令狐", "长孙", "宇文", "夏侯", "端木", "司徒", "南宫")
COMMON = ("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华建国文红玉兰春梅秀玲婷雪琴志海波云飞龙辉鹏宇浩天俊杰佳欣怡"
            "子涵梓轩雨泽晨一诺思远嘉豪")
SELDOM = ("翀玥琛昱璟骁赟晟瑾珺荟煜彧祎钰烨槿睿懿旻昊霖沁蕙翊淇瀚铭淼堃喆骞璐婧妍翰芮珂琬煊桉栩澍甯")
MINORITY = ("艾力", "买买提", "热合曼", "阿卜杜", "努尔", "图尔荪", "木拉提", "吐尔逊",
            "帕提古丽", "迪丽拜尔", "哈力克", "艾山", "古丽娜尔", "叶尔兰", "巴合提", "沙依拉",
            "玛依努尔", "阿依古丽", "别克", "赛力克")
DOTTED = ("维吾尔", "哈萨克", "柯尔克孜", "塔吉克", "乌孜别克", "塔塔尔")
STEPPE = ("巴特尔", "其木格", "乌云娜", "苏日娜", "格日勒图", "阿古拉", "次仁卓玛", "扎西顿珠",
            "索朗旺堆", "丹增")
ROADS = ("虚构", "样本", "示例", "演示", "假想", "拟真", "仿佛", "如是")
KINDS_OF_ROAD = ("路", "街", "大道", "东路", "西街", "北巷", "南路", "环路")
VILLAGES = ("梨树沟", "大湾", "上坪", "柳林", "石桥", "杨家", "双河", "新民",
            "红旗", "龙泉", "白水", "竹园", "枣林", "青山")


class County(NamedTuple):
    """``prefecture`` is '' where the province stands right above the county."""

    code: str
    province: str
    prefecture: str
    name: str


@cache
def counties() -> tuple[County, ...]:
    """Every county that exists today, of GB/T 2260 as stdnum brings it."""
    found, province, prefecture = [], "", ""
    for line in (files("stdnum") / "cn" / "loc.dat").read_text("utf-8").splitlines():
        head = re.match(r'(\d\d) province="(.+)"', line)
        if head:
            code, province = head.groups()
        place = re.match(r'  (\d{4}) county="(?:[^"]*,)?(?:\[\d{4}-\])?([^"\[\]]+)"', line)
        if place:
            rest, name = place.groups()
            unnamed = name == province or name.startswith(("市辖", "省直", "自治区直", "县"))
            if rest.endswith("00"):
                prefecture = "" if unnamed else name
            elif not unnamed:
                found.append(County(code + rest, province, prefecture, name))
    return tuple(found)


def invent(seed: int) -> IdCard:
    """A fictional person; the same seed, the same person."""
    dice = random.Random(seed)
    nation = "汉" if dice.random() < 0.7 else dice.choice(NATIONS)
    birth = date(dice.randint(1956, 2007), dice.randint(1, 12), dice.randint(1, 28))
    issued = date(dice.randint(max(2013, birth.year + 14), 2026), dice.randint(1, 10), dice.randint(1, 28))
    age = issued.year - birth.year - ((issued.month, issued.day) < (birth.month, birth.day))
    years = 5 if age < 16 else 10 if age < 26 else 20 if age < 46 else None
    home = dice.choice(counties())
    born = home if dice.random() < 0.8 else dice.choice(counties())
    sequence = dice.randint(1, 998)
    return IdCard(name=_person(dice, nation), sex="male" if sequence % 2 else "female", nation=nation, birth=birth,
                  address=_address(dice, home), number=number_of(born.code, birth, sequence),
                  authority=_authority(dice, home), valid_from=issued,
                  valid_to=issued.replace(year=issued.year + years) if years else None)


def _person(dice: random.Random, nation: str) -> str:
    if nation in DOTTED and dice.random() < 0.8:
        return "·".join(dice.sample(MINORITY, dice.choice((2, 2, 2, 3))))
    if nation in ("蒙古", "藏", "门巴", "珞巴") and dice.random() < 0.6:
        return dice.choice(STEPPE)
    surname = dice.choice(COMPOUND) if dice.random() < 0.05 else dice.choice(SURNAMES)
    letters = COMMON if dice.random() < 0.8 else COMMON + SELDOM * 3
    return surname + "".join(dice.choice(letters) for _ in range(dice.choice((1, 1, 2, 2, 2, 2, 2))))


def _address(dice: random.Random, home: County) -> str:
    _, province, prefecture, county = home
    begin = (province if dice.random() < 0.8 else "") + prefecture + county
    if dice.random() < 0.35:
        village = f"{dice.choice(VILLAGES)}{dice.choice(('镇', '乡'))}{dice.choice(VILLAGES)}村"
        return f"{begin}{village}{dice.choice(('', f'{dice.randint(1, 19)}组'))}{dice.randint(1, 299)}号"
    street = f"{dice.choice(ROADS)}{dice.choice(KINDS_OF_ROAD)}{dice.randint(1, 1999)}号"
    unit, floor, flat = dice.randint(1, 6), dice.randint(1, 33), dice.randint(101, 3302)
    return begin + street + dice.choice((
        "", f"{dice.randint(1, 30)}幢{flat}室", f"{dice.randint(1, 60)}号楼{unit}单元{flat}室",
        f"{dice.choice('ABCD')}座{flat}", f"{dice.randint(1, 9)}栋{unit}单元{floor}层{dice.randint(1, 8)}号"))


def _authority(dice: random.Random, home: County) -> str:
    _, province, prefecture, county = home
    if county.endswith("区") and (prefecture or province).endswith("市"):
        city = prefecture or province
        return f"{city}公安局{county.removesuffix('区') if dice.random() < 0.5 else county}分局"
    return f"{county}公安局"
