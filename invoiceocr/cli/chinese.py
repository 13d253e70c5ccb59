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
# a name that nothing has, as rules and kinds tell of it
NAME = r"(?:unknown \w+ )?'?([^';]+?)'?(?: of \w+)?(?: is not known)?"
MISTAKES: Mapping[str, str] = {
    NAME + r"; did you mean '?([^'?]+)'?\?": "没有 {0}，是不是 {1}？",
    NAME + r"; known: (.+)": "没有 {0}，可用：{1}",
    r"'?([\w.]+)'? is missing.*": "缺少 {0}",
    r"([\w.]+): Field required": "缺少 {0}",
    r"rule (\S+) lacks (.+)": "规则 {0} 缺少 {1}",
    r"a second rule (\S+) in the same pack": "规则 {0} 重复",
    r"'?([^']+)'? must map names to values": "{0} 应写成“名称: 值”",
    r"(\w+) is a number": "{0} 应为数字",
    r"(\w+) is true or false": "{0} 应为 true 或 false",
    r"([\w.]+)(?:\.literal\S*)?: Input should be (.+)": "{0} 应为 {1}",
    r"a (\w+) can't be compared with a (\w+)": "{0} 不能与 {1} 比较",
    r"not an expression: (.+)": "不是表达式：{0}",
    r"(.+) is no regular expression: (.+)": "{0} 不是正则表达式：{1}",
}
"""The usual mistakes in files of rules and kinds: what their messages say behind the place, and the same in Chinese."""
PLACE = re.compile(r"(.+:\d+:\d+): (.+)", re.DOTALL)


def told(error: InvoiceOCRError) -> str:
    """What *error* says; in English where nobody has put it in Chinese."""
    message = str(error)
    if error.zh is not None:
        return error.zh
    if install := INSTALL.search(message):
        return f"请运行 {install[0]}"
    if placed := PLACE.fullmatch(message):
        return f"{placed[1]}：{_mistake(placed[2])}"
    where, _, rest = message.partition(": ")
    trouble = next((zh for en, zh in SYSTEM.items() if rest.startswith(en)), None)
    return f"{where}：{trouble}" if trouble else message


def _mistake(problem: str) -> str:
    """What is wrong in a file of rules or a kind; in English where it is no usual mistake."""
    found = ((zh, re.fullmatch(pattern, problem)) for pattern, zh in MISTAKES.items())
    return next((zh.format(*match.groups()) for zh, match in found if match), problem)
