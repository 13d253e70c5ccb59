"""The Chinese and English titles of everything that people see: fields, kinds, verdicts, statuses, errors."""

from __future__ import annotations

from invoiceocr.kinds import Registry, builtin
from invoiceocr.kinds import Title as Title
from invoiceocr.kinds.field_titles import KIND as KIND
from invoiceocr.kinds.field_titles import field_title as field_title


def title(table: dict[str, Title], name: str) -> Title:
    """The entry of *table*; a name it lacks stands for itself."""
    return table.get(name, Title(name, name.replace("_", " ")))


def kind_title(kind: str, registry: Registry | None = None) -> Title:
    """The title of *kind* in *registry* (by default the built-in one); an unknown kind is its own title."""
    known = (registry or builtin()).kinds
    return known[kind].title if kind in known else Title(kind, kind.replace("_", " "))


def in_language(words: Title, language: str) -> str:
    """The Chinese or the English of *words*, by `Settings.language`."""
    return words.en if language == "en" else words.zh


def in_both(words: Title) -> str:
    """The Chinese followed by the English of *words*; once where they are the same."""
    return " ".join(dict.fromkeys(words))


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

STATED = Title("开票方原始记录所载", "stated by the issuer's own record")
"""What is told of a value that the issuer's XML or OFD states and nothing else confirms."""

SEVERITIES: dict[str, Title] = {
    "error": Title("错误", "error"),
    "warning": Title("警告", "warning"),
    "info": Title("提示", "info"),
}

RECONCILED: dict[str, Title] = {
    "both": Title("两边一致", "in both"),
    "different": Title("两边不同", "different"),
    "only_ours": Title("仅本方有", "only ours"),
    "only_theirs": Title("仅税务有", "only theirs"),
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
    "not_a_file": Title("不是普通文件", "not a regular file"),
    "file_changed": Title("文件正在写入", "file is being written"),
    "empty_file": Title("文件为空", "empty file"),
    "unsupported_format": Title("不支持的格式", "unsupported format"),
    "corrupt_file": Title("文件已损坏", "damaged file"),
    "corrupt_image": Title("图片已损坏", "damaged image"),
    "corrupt_pdf": Title("PDF 已损坏", "damaged PDF"),
    "corrupt_ofd": Title("OFD 已损坏", "damaged OFD"),
    "corrupt_xml": Title("XML 已损坏", "damaged XML"),
    "corrupt_archive": Title("压缩包已损坏", "damaged archive"),
    "corrupt_mail": Title("邮件已损坏", "damaged mail"),
    "encrypted_pdf": Title("PDF 有密码", "password-protected PDF"),
    "encrypted_archive": Title("压缩包有密码", "password-protected archive"),
    "unsafe_file": Title("文件不安全", "unsafe file"),
    "unsafe_xml": Title("XML 不安全", "unsafe XML"),
    "unsafe_archive": Title("压缩包不安全", "unsafe archive"),
    "too_large": Title("文件过大", "too large"),
    "too_complex": Title("文件过于复杂", "too complex"),
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
    "bad_draft": Title("识别草稿有误", "bad draft"),
    "forked": Title("进程在使用模型后分叉", "forked after use"),
    "bad_register": Title("发票清单有误", "bad register"),
}
