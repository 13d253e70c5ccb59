"""Why a file could not be read and what to do about it, in Chinese, by the code of its error."""

from __future__ import annotations

import re
from collections.abc import Mapping

from invoiceocr.export.titles import ERRORS, title

AGAIN = "请重新导出，或向开票方索取原件"
ADVICE: Mapping[str, str] = {
    "unreadable": "请检查文件和权限",
    "file_not_found": "请检查路径和权限",
    "not_a_file": "请给出文件",
    "file_changed": "写完后再试",
    "empty_file": AGAIN,
    "unsupported_format": "可读图片、PDF、OFD、XML、ZIP 和邮件",
    "corrupt_file": AGAIN,
    "corrupt_image": "请重新拍摄、扫描或索取原件",
    "corrupt_pdf": AGAIN,
    "corrupt_ofd": AGAIN,
    "corrupt_xml": AGAIN,
    "corrupt_archive": "请重新压缩或下载",
    "corrupt_mail": "请重新导出邮件",
    "encrypted_pdf": "请先去除密码",
    "encrypted_archive": "请先解压",
    "unsafe_file": "含发票不需要的内容，请向开票方索取原件",
    "unsafe_xml": "含发票不需要的声明，请向开票方索取原件",
    "unsafe_archive": "请解压后给出其中的发票",
    "too_complex": "请转成图片再试",
    "no_documents": "没有图片、PDF、OFD 或 XML",
    "no_pages": AGAIN,
    "timed_out": "可用 --timeout 放宽",
    "out_of_memory": "请转成较小的图片再试",
    "crashed": "请把文件报告给我们",
}
"""What to do about a file that could not be read, by the code of its error."""
LIMIT = re.compile(r"max_\w+=\d+")


def advice(code: str, message: str) -> str:
    """What to do about a file that could not be read; empty where the title of *code* says it all.

    >>> advice("too_many_pages", "a.pdf: 90 pages, more than max_pages=50")
    '超过上限 max_pages=50，可放宽'
    """
    if limit := LIMIT.search(message):
        return f"超过上限 {limit[0]}，可放宽"
    return ADVICE.get(code, "")


def reason(code: str, message: str) -> str:
    """Why a file could not be read, with what to do about it.

    >>> reason("empty_file", "a.pdf: the file is empty")
    '文件为空，请重新导出，或向开票方索取原件'
    """
    return "，".join(filter(None, (title(ERRORS, code).zh, advice(code, message))))
