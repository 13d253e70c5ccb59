"""The Chinese and English titles of everything a person sees: fields, kinds, verdicts, statuses, errors."""

from __future__ import annotations

from typing import NamedTuple


class Title(NamedTuple):
    """What something is called, in Chinese and in English."""

    zh: str
    en: str

    def within(self, outer: Title) -> Title:
        """The title of a part: 购买方 + 名称, buyer + name."""
        return Title(outer.zh + self.zh, f"{outer.en} {self.en}")


def title(table: dict[str, Title], name: str) -> Title:
    """The entry of *table*; a name it lacks stands for itself."""
    return table.get(name, Title(name, name.replace("_", " ")))


def in_language(words: Title, language: str) -> str:
    """The Chinese or the English of *words*, by `Settings.language`."""
    return words.en if language == "en" else words.zh


def in_both(words: Title) -> str:
    """The Chinese followed by the English of *words*; once where they are the same."""
    return " ".join(dict.fromkeys(words))


KINDS: dict[str, Title] = {
    "vat_special": Title("增值税专用发票", "VAT special invoice"),
    "vat_ordinary": Title("增值税普通发票", "VAT ordinary invoice"),
    "vat_roll": Title("普通发票（卷票）", "VAT roll invoice"),
    "e_vat_ordinary": Title("增值税电子普通发票", "electronic VAT ordinary invoice"),
    "e_vat_special": Title("增值税电子专用发票", "electronic VAT special invoice"),
    "digital_ordinary": Title("电子发票（普通发票）", "fully digital ordinary invoice"),
    "digital_special": Title("电子发票（增值税专用发票）", "fully digital special invoice"),
    "digital_rail": Title("电子发票（铁路电子客票）", "fully digital rail ticket"),
    "digital_air": Title("电子发票（航空运输电子客票行程单）", "fully digital air itinerary"),
    "toll": Title("通行费电子发票", "road toll e-invoice"),
    "motor_vehicle": Title("机动车销售统一发票", "motor vehicle sales invoice"),
    "used_vehicle": Title("二手车销售统一发票", "used vehicle sales invoice"),
    "train": Title("火车票", "train ticket"),
    "taxi": Title("出租车发票", "taxi receipt"),
    "bus": Title("汽车客运票", "coach ticket"),
    "ship": Title("船票", "ship ticket"),
    "air_itinerary": Title("航空行程单", "air itinerary"),
    "toll_receipt": Title("过路过桥费发票", "toll receipt"),
    "quota": Title("定额发票", "fixed-amount invoice"),
    "machine_printed": Title("通用机打发票", "general machine-printed invoice"),
    "blockchain": Title("区块链电子发票", "blockchain e-invoice"),
    "fiscal": Title("财政票据", "fiscal receipt"),
    "medical": Title("医疗票据", "medical receipt"),
    "ride_itinerary": Title("网约车行程单", "ride-hailing itinerary"),
    "other": Title("其他", "other"),
}

VERDICTS: dict[str, Title] = {
    "accept": Title("通过", "accept"),
    "review": Title("复核", "review"),
    "reject": Title("拒绝", "reject"),
}

STATUSES: dict[str, Title] = {
    "verified": Title("已核验", "verified"),
    "read": Title("已识别", "read"),
    "doubtful": Title("存疑", "doubtful"),
    "missing": Title("缺失", "missing"),
}

SEVERITIES: dict[str, Title] = {
    "error": Title("错误", "error"),
    "warning": Title("警告", "warning"),
    "info": Title("提示", "info"),
}

WITNESSES: dict[str, Title] = {
    "ocr": Title("图像识别", "OCR"),
    "text_layer": Title("PDF 文字层", "PDF text layer"),
    "ofd": Title("OFD", "OFD"),
    "xml": Title("XML", "XML"),
    "qr": Title("二维码", "QR code"),
    "words": Title("大写金额", "amount in words"),
    "arithmetic": Title("勾稽计算", "arithmetic"),
    "checksum": Title("校验位", "check digit"),
    "caller": Title("调用方", "caller"),
    "ledger": Title("台账", "ledger"),
    "register": Title("税务数字账户", "tax authority's register"),
    "reviewer": Title("复核人员", "reviewer"),
}

ERRORS: dict[str, Title] = {
    "internal_error": Title("内部错误", "internal error"),
    "unreadable": Title("无法读取", "unreadable"),
    "file_not_found": Title("文件不存在", "file not found"),
    "empty_file": Title("文件为空", "empty file"),
    "unsupported_format": Title("不支持的格式", "unsupported format"),
    "corrupt_file": Title("文件已损坏", "damaged file"),
    "corrupt_image": Title("图片已损坏", "damaged image"),
    "corrupt_pdf": Title("PDF 已损坏", "damaged PDF"),
    "corrupt_ofd": Title("OFD 已损坏", "damaged OFD"),
    "corrupt_xml": Title("XML 已损坏", "damaged XML"),
    "corrupt_archive": Title("压缩包已损坏", "damaged archive"),
    "encrypted_pdf": Title("PDF 有密码", "password-protected PDF"),
    "encrypted_archive": Title("压缩包有密码", "password-protected archive"),
    "unsafe_file": Title("文件不安全", "unsafe file"),
    "unsafe_xml": Title("XML 不安全", "unsafe XML"),
    "unsafe_archive": Title("压缩包不安全", "unsafe archive"),
    "too_large": Title("文件过大", "too large"),
    "too_many_pages": Title("页数过多", "too many pages"),
    "no_documents": Title("没有可读的文件", "no documents"),
    "no_pages": Title("没有页面", "no pages"),
    "timed_out": Title("读取超时", "took too long"),
    "out_of_memory": Title("内存不足", "out of memory"),
    "crashed": Title("读取进程崩溃", "the process that read it died"),
    "no_workers": Title("无法启动工作进程", "worker processes can't be started"),
    "output_not_writable": Title("无法写入输出", "output not writable"),
    "bad_settings": Title("设置有误", "bad settings"),
    "missing_extra": Title("缺少可选组件", "optional package missing"),
    "bad_rules": Title("规则包有误", "bad rule pack"),
    "bad_schema": Title("票种定义有误", "bad document schema"),
    "bad_model": Title("模型文件有误", "bad model file"),
    "bad_ledger": Title("台账有误", "ledger error"),
    "bad_register": Title("发票清单有误", "bad register"),
}

# Field names of fields.md, without their path: buyer.name is FIELDS["name"] within FIELDS["buyer"].
FIELDS: dict[str, Title] = {
    "kind": Title("票种", "kind"),
    "code": Title("发票代码", "code"),
    "number": Title("发票号码", "number"),
    "issue_date": Title("开票日期", "issue date"),
    "total": Title("价税合计", "total"),
    "total_in_words": Title("价税合计大写", "total in words"),
    "buyer": Title("购买方", "buyer"),
    "seller": Title("销售方", "seller"),
    "name": Title("名称", "name"),
    "tax_id": Title("税号", "tax id"),
    "address_phone": Title("地址电话", "address, phone"),
    "bank_account": Title("开户行及账号", "bank, account"),
    "check_code": Title("校验码", "check code"),
    "machine_number": Title("机器编号", "machine number"),
    "total_excluding_tax": Title("合计金额", "total excl. tax"),
    "total_tax": Title("合计税额", "total tax"),
    "items": Title("明细", "items"),
    "specification": Title("规格型号", "specification"),
    "unit": Title("单位", "unit"),
    "quantity": Title("数量", "quantity"),
    "unit_price": Title("单价", "unit price"),
    "amount": Title("金额", "amount"),
    "tax_rate": Title("税率", "tax rate"),
    "tax_amount": Title("税额", "tax amount"),
    "vehicle_type": Title("车辆类型", "vehicle type"),
    "start_date": Title("通行日期起", "start date"),
    "end_date": Title("通行日期止", "end date"),
    "remarks": Title("备注", "remarks"),
    "payee": Title("收款人", "payee"),
    "reviewer": Title("复核人", "reviewer"),
    "drawer": Title("开票人", "drawer"),
    "is_red_letter": Title("红字发票", "red letter"),
    "cipher_area": Title("密码区", "cipher area"),
    "copy": Title("联次", "copy"),
    "ticket_number": Title("车票号", "ticket number"),
    "serial_number": Title("流水号", "serial number"),
    "train_number": Title("车次", "train number"),
    "departure_station": Title("出发站", "from"),
    "arrival_station": Title("到达站", "to"),
    "departure_time": Title("出发时间", "departure time"),
    "carriage": Title("车厢", "carriage"),
    "seat": Title("座位", "seat"),
    "seat_class": Title("席别", "seat class"),
    "passenger_name": Title("旅客姓名", "passenger name"),
    "passenger_id": Title("旅客证件号", "passenger id"),
    "e_ticket_number": Title("电子客票号", "e-ticket number"),
    "business_type": Title("业务类型", "business type"),
    "plate_number": Title("车牌号", "plate number"),
    "travel_date": Title("乘车日期", "travel date"),
    "boarding_time": Title("上车时间", "boarding time"),
    "alighting_time": Title("下车时间", "alighting time"),
    "distance": Title("里程（公里）", "distance (km)"),
    "waiting_time": Title("等候时间", "waiting time"),
    "fuel_surcharge": Title("燃油附加费", "fuel surcharge"),
    "region": Title("地区", "region"),
    "segments": Title("航段", "segments"),
    "departure": Title("出发地", "departure"),
    "arrival": Title("目的地", "arrival"),
    "carrier": Title("承运人", "carrier"),
    "flight_number": Title("航班号", "flight number"),
    "cabin": Title("舱位", "cabin"),
    "fare": Title("票价", "fare"),
    "development_fund": Title("民航发展基金", "development fund"),
    "other_taxes": Title("其他税费", "other taxes"),
    "insurance": Title("保险费", "insurance"),
    "agent_code": Title("销售单位代号", "agent code"),
    "brand_model": Title("厂牌型号", "brand, model"),
    "origin": Title("产地", "origin"),
    "certificate_number": Title("合格证号", "certificate number"),
    "engine_number": Title("发动机号码", "engine number"),
    "vin": Title("车辆识别代号", "VIN"),
    "tax_authority": Title("主管税务机关", "tax authority"),
    "tonnage": Title("吨位", "tonnage"),
    "seating_capacity": Title("限乘人数", "seating capacity"),
    "text": Title("全文", "text"),
}
