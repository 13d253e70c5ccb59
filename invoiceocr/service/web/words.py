"""The words of the web pages, in Chinese and English."""

from __future__ import annotations

import re

from invoiceocr.export.advice import reason
from invoiceocr.export.titles import ERRORS, RECONCILED, SEVERITIES, STATUSES, VERDICTS, WITNESSES, Title, in_language
from invoiceocr.kinds import Registry
from invoiceocr.proof import LANGUAGES

# of a language in Accept-Language
WEIGHT = re.compile(r"q\s*=\s*([01](?:\.\d{1,3})?)")
WORDS: dict[str, Title] = {
    "product": Title("发票识别", "Invoice OCR"),
    "home": Title("导入", "Import"),
    "results": Title("结果", "Results"),
    "review": Title("复核", "Review"),
    "ledger": Title("台账", "Ledger"),
    "export": Title("导出", "Export"),
    "docs": Title("程序接口文档", "API for programs"),
    "skip_link": Title("跳到正文", "Skip to content"),
    "language": Title("English", "中文"),
    "theme": Title("切换深浅色", "Switch light and dark"),
    "drop_title": Title("把发票拖到这里", "Drop invoices here"),
    "add_title": Title("添加发票", "Add invoices"),
    "step_import": Title("导入发票，逐张识别并核验", "Import invoices: each is read and checked"),
    "step_review": Title("复核存疑的字段，多数只按一个键", "Review the doubtful fields, most with a single key"),
    "step_export": Title("导出 Excel，或与税务清单对账", "Export to Excel, or compare with the tax register"),
    "drop_hint": Title(
        "也可以粘贴截图。PDF、OFD、XML、图片、ZIP、邮件都行，一次可放很多个。",
        "Or paste a screenshot. PDF, OFD, XML, pictures, ZIP and mails, many at once.",
    ),
    "choose": Title("选择文件", "Choose files"),
    "choose_folder": Title("选择文件夹", "Choose a folder"),
    "camera": Title("拍照", "Take a photo"),
    "local_note": Title(
        "文件只在本机处理，不会上传到互联网。", "Files are read on this machine; nothing goes to the internet."
    ),
    "queue_title": Title("本次导入", "This import"),
    "waiting": Title("等待", "waiting"),
    "reading": Title("识别中", "reading"),
    "failed": Title("未读", "not read"),
    "skipped": Title("跳过", "skipped"),
    "no_invoice_file": Title("不是发票文件，没有发送", "not an invoice file, not sent"),
    "too_large": Title("文件过大，没有发送", "too large, not sent"),
    "http_error": Title("服务或代理拒绝了（HTTP {status}）", "refused by the service or a proxy (HTTP {status})"),
    "job_canceled": Title("任务已取消，文件没有读", "the job was canceled before the file was read"),
    "retry": Title("重试", "Retry"),
    "go_review": Title("复核 {n} 张存疑发票", "Review {n} doubtful invoices"),
    "go_results": Title("查看结果", "See results"),
    "get_excel": Title("导出 Excel", "Export to Excel"),
    "progress": Title("已完成 {done} / {total}", "{done} of {total} done"),
    "invoices_found": Title("{n} 张发票", "{n} invoices"),
    "search": Title("搜索号码、公司、金额、日期、文件名", "Search number, company, amount, date, file"),
    "all": Title("全部", "All"),
    "accept": Title("通过", "accepted"),
    "accepted": Title("人工通过", "accepted by hand"),
    "reject": Title("拒绝", "rejected"),
    "rejected": Title("人工拒绝", "rejected by hand"),
    "unread": Title("未读", "not read"),
    "all_kinds": Title("所有票种", "All kinds"),
    "verdict": Title("结论", "verdict"),
    "kind": Title("票种", "kind"),
    "number": Title("发票号码", "number"),
    "issue_date": Title("开票日期", "date"),
    "seller": Title("销售方", "seller"),
    "buyer": Title("购买方", "buyer"),
    "total": Title("价税合计", "total"),
    "source": Title("文件", "file"),
    "doubts": Title("存疑", "doubts"),
    "sum": Title("合计，重复的发票只计一次", "sum, duplicates counted once"),
    "shown_count": Title("显示 {n} / {total} 条", "{n} of {total} shown"),
    "no_invoice": Title("没有找到发票", "no invoice found"),
    "over_limit": Title("，超过上限 {limit}，可放宽", ", over {limit}"),
    "members_unread": Title("未读：{names}", "not read: {names}"),
    "partial_hint": Title(
        "此处只列出最近的 1000 条；改选条件或按 Enter，会在全部记录中查找。",
        "Only the latest 1000 are listed here; another filter, or Enter, searches all records.",
    ),
    "compare_claims": Title("并列比较各次登记", "Compare the claims side by side"),
    "no_results": Title("还没有发票", "No invoices yet"),
    "no_results_hint": Title(
        "到“导入”页拖入文件，结果会出现在这里。", "Drop files on the import page; they appear here."
    ),
    "no_match": Title("没有符合条件的发票", "No invoice matches"),
    "clear": Title("清除筛选", "Clear filters"),
    "duplicate": Title("重复", "dup."),
    "older": Title("更早的", "Older ones"),
    "select_all": Title("全选", "Select all"),
    "select_row": Title("选择此行", "Select this row"),
    "export_selected": Title("导出已选 {n} 张", "Export {n} selected"),
    "accept_selected": Title("通过已选 {n} 张", "Accept {n} selected"),
    "accept_selected_hint": Title(
        "只通过所选中结论为“通过”的；存疑的请逐张复核", "Only those without doubts; review the others one by one"
    ),
    "accepting": Title("已通过 {n} / {total}", "{n} of {total} accepted"),
    "was_accepted": Title("已通过 {name}", "{name} accepted"),
    "was_rejected": Title("已拒绝 {name}", "{name} rejected"),
    "selected": Title("已选 {n} 条", "{n} selected"),
    "results_keys": Title("/ 搜索 · j k 上下 · Enter 打开 · x 选择", "/ search · j k move · Enter open · x select"),
    "nothing_to_review": Title("没有待复核的发票", "Nothing to review"),
    "nothing_to_review_hint": Title("存疑的都处理完了。", "Everything doubtful is settled."),
    "settled": Title("疑点已全部确认，可以通过", "All doubts settled: ready to accept"),
    "left": Title("还有 {n} 处要看", "{n} to look at"),
    "failed_checks": Title(
        "字段没有疑问，但有 {n} 项检查未通过，请决定通过或拒绝",
        "No field is in doubt, but checks failed ({n}): accept or reject",
    ),
    "no_doubts": Title("没有存疑字段", "Nothing is in doubt"),
    "accept_next": Title("通过，下一张", "Accept, next"),
    "reject_it": Title("拒绝", "Reject"),
    "skip": Title("先跳过", "Skip"),
    "undo": Title("撤销", "Undo"),
    "hand_over": Title("转交", "Hand over"),
    "hand_over_to": Title("转交给（姓名；留空收回）", "To whom (a name; empty takes it back)"),
    "hand_over_note": Title("说明（写入修改记录）", "Note (kept in the history)"),
    "was_assigned": Title("已把 {name} 转交给 {to}", "{name} was handed over to {to}"),
    "assignee": Title("转交给", "handed over to"),
    "anybody": Title("不限经办人", "Anybody's"),
    "mine": Title("转交给我的", "Handed over to me"),
    "reopen": Title("重新打开", "Reopen"),
    "edit": Title("改写", "Edit"),
    "not_printed": Title("票面没有", "Not printed"),
    "save": Title("保存", "Save"),
    "cancel": Title("取消", "Cancel"),
    "take_text": Title("点选文字", "Take text"),
    "take_text_hint": Title("点击票面文字填入所选字段", "Click text on the page to fill in the selected field"),
    "zoom_in": Title("放大", "Zoom in"),
    "zoom_out": Title("缩小", "Zoom out"),
    "fit": Title("适合窗口", "Fit"),
    "page": Title("第 {n} 页", "Page {n}"),
    "fields": Title("字段", "Fields"),
    "items": Title("明细", "Items"),
    "findings": Title("检查结果", "Findings"),
    "history": Title("修改记录", "History"),
    "add_field": Title("补充字段", "Add a field"),
    "of": Title("第 {i} / {n} 处", "{i} of {n}"),
    "settles": Title("可一并解决 {n} 处", "settles {n}"),
    "as_rendered": Title("此文件没有版面，以下按字段排出", "This file has no page; its fields are laid out below"),
    "unsure_character": Title("置信度低的字符", "uncertain character"),
    "saved": Title("已保存", "Saved"),
    "stale": Title("别人刚改过这张发票，已重新载入", "Somebody else changed this invoice; it was loaded again"),
    "bad_value": Title("没有采用：{told}", "Not accepted: {told}"),
    "offline": Title("服务没有响应，请稍后再试", "The service does not answer; try again"),
    "busy": Title("服务繁忙，稍后自动重试", "Busy; trying again"),
    "reviewer_name": Title("复核人", "Reviewer"),
    "reviewer_hint": Title("您的名字，写入修改记录", "Your name, kept in the history"),
    "reason": Title("原因", "Reason"),
    "reject_reason": Title("拒绝原因（写入修改记录）", "Why it is rejected (kept in the history)"),
    "key_choice": Title("数字 选值", "digits choose"),
    "key_confirm": Title("Enter 确认现值", "Enter confirms"),
    "key_edit": Title("e 改写", "e edit"),
    "key_none": Title("0 票面没有", "0 not printed"),
    "key_move": Title("j k 上下字段", "j k move"),
    "key_undo": Title("u 撤销", "u undo"),
    "key_accept": Title("a 通过并下一张", "a accept, next"),
    "key_zoom": Title("+ − 缩放，f 适合", "+ − zoom, f fit"),
    "key_text": Title("t 点选文字", "t take text"),
    "duplicates": Title("重复发票", "Duplicates"),
    "duplicates_hint": Title(
        "号码相同的发票并列如下，请核对是否重复报销。",
        "Invoices with the same number, side by side: check whether they are claimed twice.",
    ),
    "no_duplicates": Title("没有发现重复的发票号码", "No invoice number occurs more than once"),
    "same_file": Title("同一文件", "same file"),
    "ledger_keys": Title("/ 查找 · j k 上下 · Enter 打开", "/ search · j k move · Enter open"),
    "ledger_tabs": Title("台账分栏", "Parts of the ledger"),
    "entries": Title("登记", "Entries"),
    "reconciliation": Title("对账", "Reconciliation"),
    "find": Title("查找", "Search"),
    "search_ledger": Title("号码、公司名称、税号或金额", "Number, company, tax id or amount"),
    "issued_from": Title("开票自", "Issued from"),
    "issued_until": Title("至", "until"),
    "recorded_at": Title("登记时间", "recorded"),
    "recorded_by": Title("登记人", "by"),
    "no_entries": Title("台账还是空的", "The ledger is empty"),
    "no_entries_hint": Title(
        "导入的每张发票都会登记在这里，再次报销时会提示。",
        "Every invoice that is imported is recorded here; a second claim is flagged.",
    ),
    "newest": Title("回到最新", "Back to the newest"),
    "claimed_times": Title("已登记 {n} 次", "claimed {n} times"),
    "first_claim": Title("首次登记", "first claim"),
    "later_claim": Title("再次登记", "claimed again"),
    "near_title": Title("可能相同的发票", "May be the same"),
    "near_same": Title("同一张", "the same"),
    "near_likely": Title("很可能同一张", "likely the same"),
    "near_suspect": Title("相似", "alike"),
    "this_one": Title("本张", "this one"),
    "entry_number": Title("台账 {n}", "Ledger entry {n}"),
    "no_entry": Title("台账里没有编号 {n}", "The ledger has no entry {n}"),
    "back_to_ledger": Title("返回台账", "Back to the ledger"),
    "act_claimed": Title("登记", "recorded"),
    "act_file": Title("又收到一份文件", "another file"),
    "act_corrected": Title("更正", "corrected"),
    "act_assigned": Title("转交", "handed over"),
    "act_decided": Title("审批", "decided"),
    "act_reopened": Title("撤回审批", "decision withdrawn"),
    "act_reconciled": Title("对账", "reconciled"),
    "act_exported": Title("导出", "exported"),
    "chain_hint": Title(
        "每条记录含前一条的校验值，事后改动会被发现。",
        "Each event contains the hash of the previous one, so later changes are detected.",
    ),
    "verify": Title("核验台账未被改动", "Verify that nothing was changed"),
    "verified_title": Title("台账完好", "The ledger is unchanged"),
    "verified_told": Title(
        "已核验 {n} 条记录，没有改动、缺失或乱序。", "{n} events verified: none changed, missing or out of order."
    ),
    "altered_title": Title("台账被改动过", "The ledger was changed"),
    "head": Title("当前末尾校验值", "Hash of the last event"),
    "head_hint": Title(
        "抄存它，以后可用 invoiceocr ledger verify --head 查出末尾是否被删。",
        "Keep a copy: with it, invoiceocr ledger verify --head shows whether events at the end were removed.",
    ),
    "register_title": Title("与税务数字账户对账", "Compare with the tax authority's register"),
    "register_hint": Title(
        "在电子税务局“税务数字账户 → 全量发票查询”导出 Excel 或 CSV，放到这里。列按标题识别，顺序不限。",
        "Export 全量发票查询 as Excel or CSV and choose the file here. Columns are recognized by their captions.",
    ),
    "register_file": Title("选择导出的清单", "Choose the exported register"),
    "register_drop": Title("xlsx 或 csv，也可拖到这里", "xlsx or csv, or drop it here"),
    "comparing": Title("正在对账…", "Comparing…"),
    "entry_id": Title("编号", "id"),
    "compare": Title("开始对账", "Compare"),
    "register_none": Title("请先选择导出的清单文件", "Choose the exported file first"),
    "register_bad": Title("这个文件不能用来对账", "This file can't be used"),
    "former": Title("以往对账", "Earlier reconciliations"),
    **RECONCILED,
    "ours": Title("本方", "ours"),
    "theirs": Title("税务", "theirs"),
    "differences": Title("差异", "Differences"),
    "register_state": Title("税务状态", "register state"),
    "all_agree": Title("全部一致，没有差异", "All agree"),
    "get_csv": Title("导出 CSV", "Export CSV"),
    "differs": Title("不同", "differs"),
    "state": Title("状态", "state"),
    "export_title": Title("导出", "Export"),
    "export_which": Title("哪些发票", "Which invoices"),
    "export_format": Title("格式", "Format"),
    "format_xlsx": Title("Excel 工作簿：发票、明细、检查结果", "Excel workbook: invoices, items, findings"),
    "format_csv": Title("CSV：每张发票一行", "CSV: one row per invoice"),
    "format_json": Title("JSON：含全部证据", "JSON: with all evidence"),
    "format_jsonl": Title("JSON Lines：每个文件一行", "JSON Lines: one line per file"),
    "verified_only": Title("只写已核验的值", "Verified values only"),
    "download": Title("下载", "Download"),
    "issued_first": Title("开票日期自", "Issued from"),
    "issued_last": Title("开票日期至", "Issued until"),
    "since": Title("起始日期（导入）", "Imported since"),
    "lost_title": Title("没有这个页面", "There is no such page"),
    "lost_hint": Title(
        "地址可能写错了，或者发票已不在此数据目录中。",
        "The address may be wrong, or the invoice is not in this data folder.",
    ),
    "failed_title": Title("没有成功", "That did not work"),
    "import_again": Title("重新导入", "Import again"),
    "token_title": Title("需要访问令牌", "A token is needed"),
    "token_hint": Title("令牌由启动服务的人提供。", "Ask the person who started the service."),
    "token": Title("令牌", "Token"),
    "enter": Title("进入", "Enter"),
    "token_wrong": Title("令牌不对", "Wrong token"),
    "close": Title("关闭", "Close"),
    "open_review": Title("查看", "Open"),
}
OUTCOMES = ("accept", "review", "reject", "unread", "accepted", "rejected")


def words(language: str) -> dict[str, str]:
    """Every word of the pages in *language*."""
    return {name: in_language(found, language) for name, found in WORDS.items()}


def titles(language: str, registry: Registry) -> dict[str, dict[str, str]]:
    """The names of the kinds of *registry*, of verdicts, statuses, severities, witnesses and errors in *language*."""
    kinds = {spec.kind: spec.title for spec in registry}
    errors = {code: Title(reason(code, ""), found.en) for code, found in ERRORS.items()}
    tables = {
        "kind": kinds,
        "verdict": VERDICTS,
        "status": STATUSES,
        "severity": SEVERITIES,
        "witness": WITNESSES,
        "error": errors,
    }
    return {name: {key: in_language(found, language) for key, found in table.items()} for name, table in tables.items()}


def language_of(cookie: str | None, accepted: str) -> str:
    """The language of a page: as chosen, else the one of Accept-Language that we speak and its sender likes best, else
    Chinese.

    >>> language_of(None, "en;q=0.5, zh"), language_of(None, "fr, en-GB;q=0.8"), language_of("en", "zh")
    ('zh', 'en', 'en')
    """
    if cookie in LANGUAGES:
        return cookie
    ranked = sorted(map(_preference, accepted.split(",")), key=lambda pair: -pair[1])
    return next((name for name, weight in ranked if name in LANGUAGES and weight > 0), "zh")


def _preference(part: str) -> tuple[str, float]:
    """A language of Accept-Language and how much it is liked: as much as any without a weight that is one."""
    name, _, rest = part.partition(";")
    weight = WEIGHT.search(rest)
    return name.strip()[:2].lower(), float(weight[1]) if weight else 1.0
