"""Provinces and the five cities with tax bureaus of their own: GB/T 2260 codes as invoices use them."""

from __future__ import annotations

PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古",
    "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东",
    "41": "河南", "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南",
    "50": "重庆", "51": "四川", "52": "贵州", "53": "云南", "54": "西藏",
    "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆",
    "71": "台湾", "81": "香港", "82": "澳门",
}  # fmt: skip
CITIES = {"2102": "大连", "3302": "宁波", "3502": "厦门", "3702": "青岛", "4403": "深圳"}
# where no tax bureau issues invoices
_WITHOUT_INVOICES = frozenset({"71", "81", "82"})
# digits 3-4 of 数电票 numbers
DIGITAL_CITIES = {"91": "大连", "92": "青岛", "93": "宁波", "94": "厦门", "95": "深圳"}
# region 100000 of unified social credit codes registered with the state
NATIONAL = "10"


def of_code(region: str) -> str | None:
    """The province or city of a four-digit region code of a paper or electronic invoice code.

    Other city digits fall back to their province: electronic codes of 吉林, 安徽, 山东, 湖北 have them.

    >>> of_code("4403"), of_code("3401"), of_code("9900")
    ('深圳', '安徽', None)
    """
    return CITIES.get(region) or PROVINCES.get(region[:2])


def of_digital(region: str) -> str | None:
    """The province or city of digits 3-4 of a 20-digit 数电票 number.

    >>> of_digital("31"), of_digital("95"), of_digital("99"), of_digital("71")
    ('上海', '深圳', None, None)
    """
    return None if region in _WITHOUT_INVOICES else DIGITAL_CITIES.get(region) or PROVINCES.get(region)


def code_of(name: str) -> str | None:
    """The four-digit region code of a province or city name as printed in titles (`上海`, `上海市`, `河北省`).

    >>> code_of("河北省"), code_of("深圳"), code_of("火星")
    ('1300', '4403', None)
    """
    return next((code for code, known in _NAMES if name.startswith(known)), None)


_NAMES = (*CITIES.items(), *((f"{code}00", name) for code, name in PROVINCES.items()))
