"""影刀 RPA 的 Python 模块：流程中用“调用模块”调用 read，返回字典。"""

from __future__ import annotations

import json
import subprocess
import sys


def read(path: str, fake: str | None = None) -> dict[str, object]:
    """识别一个文件，返回：结论 verdict、号码 number、价税合计 total（文本）、原因 reasons、退出码 code。

    verdict: accept 通过 · review 待复核 · reject 拒绝 · unread 读不了。fake 为预设结果目录，调试流程时用。
    """
    words = [sys.executable, "-X", "utf8", "-m", "invoiceocr", "extract", path, "--format", "json", "--language", "zh"]
    done = subprocess.run([*words, *(["--fake", fake] if fake else [])], capture_output=True, check=False)
    if done.returncode not in (0, 1, 3):
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    (record,) = json.loads(done.stdout)
    if record["error"] is not None:
        return {"verdict": "unread", "reasons": [record["error"]["message"]], "code": done.returncode}
    invoice = record["invoices"][0] if record["invoices"] else {"verdict": "review", "findings": []}
    return {
        "verdict": invoice["verdict"],
        "number": invoice.get("number"),
        "total": invoice.get("total"),
        "reasons": [finding["message"] for finding in invoice["findings"]],
        "code": done.returncode,
    }
