"""What an error says in Chinese. An error's own message is English: it is what programs and logs get."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping

from invoiceocr.errors import InvoiceOCRError

TROUBLES: Mapping[int, str] = {
    errno.ENOENT: "路径不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "文件系统只读",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.EISDIR: "是目录，不是文件",
    errno.ENOTDIR: "上级路径不是目录",
}
SYSTEM = {os.strerror(number): zh for number, zh in TROUBLES.items()}
INSTALL = re.compile(r"pip install .+")


def told(error: InvoiceOCRError) -> str:
    """What *error* says; in English where nobody has put it in Chinese."""
    message = str(error)
    if error.zh is not None:
        return error.zh
    if install := INSTALL.search(message):
        return f"请运行 {install[0]}"
    where, _, rest = message.partition(": ")
    trouble = next((zh for en, zh in SYSTEM.items() if rest.startswith(en)), None)
    return f"{where}：{trouble}" if trouble else message
