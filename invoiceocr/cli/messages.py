"""What the command line says on standard error, in Chinese and English."""

from __future__ import annotations

import sys

from invoiceocr.batch.tally import Tally
from invoiceocr.export.advice import advice
from invoiceocr.export.plain_text import screen_text
from invoiceocr.export.titles import ERRORS, VERDICTS, Title, in_language, title
from invoiceocr.result import ReadError
from invoiceocr.sources.folder import FOREIGN

MESSAGES = {
    "error": Title("错误：{title}（{code}）：{message}", "error: {title} ({code}): {message}"),
    "unread": Title("未读：{title}（{code}）：{message}", "not read: {title} ({code}): {message}"),
    "skipped": Title("跳过：{message}（{code}）", "skipped: {message} ({code})"),
    "skipped_count": Title("，跳过 {skipped} 个", ", skipped {skipped}"),
    "summary": Title(
        "文件 {files} 个，发票 {invoices} 张：{verdicts}", "files {files}, invoices {invoices}: {verdicts}"
    ),
    "unread_count": Title("，未读文件 {unread} 个", ", not read {unread}"),
    "promise": Title(
        "错误率上限 {rate:g}：按校准数据约 {share:.0%} 的字段需复核",
        "error rate at most {rate:g}: by the calibration {share:.0%} of fields need review",
    ),
    "written": Title("已写入 {path}", "wrote {path}"),
    "interrupted": Title("已中断，未写入输出文件", "interrupted; no output file was written"),
    "nothing": Title("{where}：没有找到可读的文件", "{where}: found no file that can hold an invoice"),
    "unclaimed": Title("未登记过", "not claimed before"),
    "recorded": Title("已登记（台账 {entry}）", "recorded (ledger entry {entry})"),
    "recorded_file": Title(
        "重复：已登记为台账 {entry}，记为其又一份文件", "duplicate: another file of ledger entry {entry}"
    ),
    "recorded_again": Title("此前已登记（台账 {entry}）", "recorded before (ledger entry {entry})"),
    "decided_accepted": Title("台账 {entry}：已记录审批通过", "ledger entry {entry}: accepted"),
    "decided_rejected": Title("台账 {entry}：已记录审批拒绝", "ledger entry {entry}: rejected"),
    "unaltered": Title(
        "历史完整：事件 {events} 条，末尾散列 {head}", "nothing was changed: {events} events, head {head}"
    ),
    "altered": Title(
        "历史被改动：{problems} 处（事件 {events} 条，末尾散列 {head}）",
        "the past was changed: {problems} problems ({events} events, head {head})",
    ),
    "serving": Title(
        "服务已启动：{url} 数据目录：{data}（Ctrl-C 停止）", "serving {url}, data in {data} (Ctrl-C stops)"
    ),
    "unprinted": Title(
        "{source}：没有可打印的版面，只列入清单（序号 {serial}）",
        "{source}: no page to print, listed as no. {serial} only",
    ),
    "copy": Title(
        "{source}：与 {printed} 是同一张发票，只打印一次",
        "{source}: the same invoice as {printed}, printed once",
    ),
    "undo_log": Title("撤销：invoiceocr organize --undo {log}", "to undo: invoiceocr organize --undo {log}"),
    "undone": Title("已撤销：{target} → {source}", "undone: {target} → {source}"),
    "not_undone": Title("未撤销（文件已变动）：{target}", "not undone, a file changed since: {target}"),
    "reading": Title("识别中", "reading"),
    "moved": Title("已处理 {path}", "done {path}"),
    "batch": Title(
        "{done}/{total} 个文件，{rate:.1f} 个/秒，剩余 {left}：{counts}",
        "{done}/{total} files, {rate:.1f}/s, {left} left: {counts}",
    ),
    "state_accepted": Title("通过", "accepted"),
    "state_review": Title("待复核", "for review"),
    "state_unread": Title("未读", "not read"),
    "state_internal": Title("内部错误", "internal error"),
    "state_skipped": Title("跳过", "skipped"),
    "rate": Title("{rate:.1f} 个/秒", "{rate:.1f} files/s"),
}


def message(name: str, language: str, **values: object) -> str:
    """The message *name* in *language* ("zh" or "en") with its values filled in, safe for a terminal."""
    return screen_text(in_language(MESSAGES[name], language).format(**values))


def say(text: str) -> None:
    """Print a line on standard error."""
    print(text, file=sys.stderr, flush=True)


def unread_line(source: str, error: ReadError, language: str) -> str:
    """Why a file could not be read."""
    told = _detail(source, error, language)
    return message("unread", language, title=error_title(error.code, language), code=error.code, message=told)


def skipped_line(source: str, error: ReadError, language: str) -> str:
    """Which file of a folder, archive or mail was passed over, and why; a file that is no document needs no more words
    than that."""
    told = _detail(source, error, language)
    if error.code in FOREIGN:
        told = f"{source}: {error_title(error.code, language)}"
    return message("skipped", language, code=error.code, message=told)


def _detail(source: str, error: ReadError, language: str) -> str:
    """The file and what to do about it; English messages mostly name the file themselves."""
    if language != "en":
        told = advice(error.code, error.message)
        return f"{source}（{told}）" if told else source
    return error.message if source in error.message else f"{source}: {error.message}"


def error_title(code: str, language: str) -> str:
    """What an error code means."""
    return in_language(title(ERRORS, code), language)


def summary(tally: Tally, language: str) -> str:
    """One line on what the run came to."""
    counts = ((title(VERDICTS, name), tally.verdicts[name]) for name in VERDICTS)
    verdicts = ", ".join(f"{in_language(words, language)} {count}" for words, count in counts if count) or "-"
    invoices = tally.verdicts.total()
    line = message("summary", language, files=tally.files, invoices=invoices, verdicts=verdicts)
    unread = tally.errors.total()
    line += message("unread_count", language, unread=unread) if unread else ""
    return line + (message("skipped_count", language, skipped=tally.skipped) if tally.skipped else "")
