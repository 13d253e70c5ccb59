"""How names, operators and functions of the rule language are said in Chinese and in English."""

from __future__ import annotations

import ast

CONTEXT = {
    "today": "今天",
    "claim_date": "报销日期",
    "qr": "二维码",
    "title_kind": "票面名称的票种",
    "company": "本单位抬头",
    "batch": "其他发票",
    "born_digital": "电子原件",
    "seal_found": "见到印章",
    "seal_text": "印章文字",
    "platform_status": "查验状态",
    "certain": "字符可靠的字段",
    "type": "类型",
    "date": "日期",
    "crc": "CRC",
    "crc_variant": "CRC 算法",
    "crc_ok": "CRC 正确",
    "amount_includes_tax": "金额含税",
    "claimed": "已报销",
    "row": "行号",
}
"""Chinese names of what rules know beside the invoice's fields, whose titles the kinds give; English names are the
names themselves."""

COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Eq: ("{0}等于{1}", "{0} equals {1}"),
    ast.NotEq: ("{0}不等于{1}", "{0} differs from {1}"),
    ast.Lt: ("{0}小于{1}", "{0} is less than {1}"),
    ast.LtE: ("{0}不大于{1}", "{0} is at most {1}"),
    ast.Gt: ("{0}大于{1}", "{0} is greater than {1}"),
    ast.GtE: ("{0}不小于{1}", "{0} is at least {1}"),
    ast.In: ("{0}属于{1}", "{0} is one of {1}"),
    ast.NotIn: ("{0}不属于{1}", "{0} is none of {1}"),
}
OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "−", ast.Mult: "×", ast.Div: "÷"}
AND, OR, NOT = ("，并且", " and "), ("，或者", " or "), ("并非（{0}）", "not ({0})")
CONDITION = ("若{0}则为{1}，否则为{2}", "{1} if {0}, otherwise {2}")
MEMBER = ("{0}的{1}", "{0}'s {1}")
ROW_MEMBER = ("该项{1}", "its {1}")
FILTER = ("{0}（限{1}）", "{0} (where {1})")
AGGREGATES = {
    "sum": ("{1}各项“{0}”之和", "the sum of [{0}] over {1}"),
    "all": ("{1}各项都有“{0}”", "each of {1} has [{0}]"),
    "any": ("{1}有一项“{0}”", "one of {1} has [{0}]"),
    "count": ("{1}中“{0}”的项数", "the number of {1} with [{0}]"),
    "min": ("{1}各项“{0}”的最小值", "the least [{0}] of {1}"),
    "max": ("{1}各项“{0}”的最大值", "the greatest [{0}] of {1}"),
}
ALL_VAT = ("全部增值税发票", "all VAT invoices")
COMMA = ("、", ", ")
FUNCTIONS = {
    "abs": ("|{0}|", "|{0}|"),
    "round": ("{0}保留{1}位小数", "{0} rounded to {1} decimals"),
    "near": ("{0}与{1}相差不超过{2}", "{0} and {1} differ by at most {2}"),
    "decimals": ("{0}的小数位数", "the decimals of {0}"),
    "unit_of": ("{0}末位的一个单位", "one unit of the last place of {0}"),
    "goods_name": ("{0}去掉税目简称", "{0} without its category"),
    "goods_category": ("{0}的税目简称", "the category of {0}"),
    "number": ("{0}中的数", "the number in {0}"),
    "percent": ("百分数{0}", "{0} as a percentage"),
    "rate": ("{0}数值", "numeric {0}"),
    "marker": ("{0}标记", "{0} marker"),
    "days_between": ("{0}至{1}的天数", "the days from {0} to {1}"),
    "add_days": ("{0}之后{1}天", "{1} days after {0}"),
    "day_of": ("{0}的日期", "the day of {0}"),
    "month_day": ("{0}的月日四位数", "month and day of {0}"),
    "minutes_between": ("{0}至{1}的分钟数", "the minutes from {0} to {1}"),
    "part": ("{0}第{1}位起{2}位", "{2} characters of {0} from number {1} on"),
    "province": ("{0}表示的省份", "the province in {0}"),
    "letters": ("{0}的字母", "the letters of {0}"),
    "station_letters": ("{0}站的拼音", "the station {0} in letters"),
    "month_of": ("{0}的月份", "the month of {0}"),
    "year_of": ("{0}的年份", "the year of {0}"),
    "region_of": ("{0}表示的地区", "the region in {0}"),
    "code_kind": ("{0}表示的票种", "the kind in {0}"),
    "words_value": ("{0}的数值", "the value of {0}"),
    "is_tax_id": ("{0}形如税号", "{0} has the shape of a tax id"),
    "tax_id_ok": ("{0}的校验位正确", "the check digits of {0} are right"),
    "tax_id_kind": ("{0}的税号种类", "the kind of tax id of {0}"),
    "resident_id_ok": ("{0}的省份、生日和校验位正确", "province, birthday and check digit of {0} are right"),
    "vin_ok": ("{0}的校验位正确", "the check digit of {0} is right"),
    "air_serial_ok": ("{0}末位正确", "the last digit of {0} is right"),
    "air_check_code": ("{0}所含的验证码", "the check code within {0}"),
    "org_code_ok": ("{0}内组织机构代码的校验位正确", "the organization code in {0} passes its check"),
    "len": ("{0}的长度", "the length of {0}"),
    "starts_with": ("{0}以{1}开头", "{0} starts with {1}"),
    "ends_with": ("{0}以{1}结尾", "{0} ends with {1}"),
    "contains": ("{0}含有{1}", "{0} contains {1}"),
    "name_key": ("{0}（不计标点）", "{0} (punctuation aside)"),
    "similarity": ("{0}与{1}的相似度", "the likeness of {0} and {1}"),
    "has": ("有{0}", "there is {0}"),
    "matches": ("{0}符合格式 {1}", "{0} matches {1}"),
    "finds": ("{0}中有 {1}", "{0} contains a match of {1}"),
    "date": ("{0}", "{0}"),
    "min": ("{0}中较小的", "the least of {0}"),
    "max": ("{0}中较大的", "the greatest of {0}"),
}
OUTCOMES = {"pass": "通过", "fail": "不通过", "unknown": "无法判断", "skip": "不适用"}
SEVERITIES = {"error": "错误", "warning": "警告", "info": "提示"}
VERDICTS = {"accept": "通过", "review": "待复核", "reject": "拒绝"}
HEADINGS = {
    "applies": ("适用票种", "kinds"),
    "each": ("逐行判断", "judged row by row"),
    "when": ("适用条件", "applies where"),
    "assert": ("要求", "demands"),
    "message": ("不符合时", "otherwise"),
    "severity": ("级别", "severity"),
    "verdict": ("结论", "verdict"),
    "witness": ("通过即佐证", "a pass is evidence"),
    "pack": ("规则包", "pack"),
}
