"""The heads of tables and listings that show a pack."""

from __future__ import annotations

from collections.abc import Mapping

from aidrules.decision.figures import Lang

_HEADS: Mapping[str, tuple[str, str]] = {
    "about": ("针对", "About"),
    "before": ("原规定", "Before"),
    "chosen": ("采用", "Taken"),
    "clause": ("依据", "Clause"),
    "counts": ("计入条件", "Counts where"),
    "currency": ("币种", "Currency"),
    "definition": ("定义", "Definition"),
    "digest": ("内容摘要", "Digest"),
    "due_extended": ("延长的，到期日", "Due where extended"),
    "file": ("文件", "File"),
    "finding": ("认定事项", "Finding"),
    "force": ("约束力", "Force"),
    "formula": ("算式", "Formula"),
    "given": ("给定", "given"),
    "in_force": ("施行期间", "In force"),
    "input": ("补充事实", "Input"),
    "keys": ("各键", "Keys"),
    "kind": ("类别", "Kind"),
    "label": ("名称", "Label"),
    "layers": ("层级", "Layers"),
    "like": ("参照", "Like"),
    "missing": ("未给定", "not given"),
    "begins": ("自 {} 起有值", "has a value from {}"),
    "name": ("标识", "Name"),
    "notice": ("告知事项", "Notice"),
    "now": ("现行", "now"),
    "others": ("其他选项", "Other options"),
    "overrode": ("替代", "Takes the place of"),
    "changed": ("修改", "Changed by"),
    "parameter": ("参数", "Parameter"),
    "part": ("分项", "Part"),
    "programme": ("项目", "Programme"),
    "reading": ("理解", "Reading"),
    "required": ("须由地方确定", "required"),
    "rule": ("规则", "Rule"),
    "share": ("当月比例", "the share of the month"),
    "shares": ("各月比例", "Shares"),
    "since": ("施行日期", "In force since"),
    "sources": ("依据的文件", "Documents cited"),
    "term": ("用语", "Term"),
    "undated": ("未注明", "undated"),
    "unit": ("单位", "Unit"),
    "value": ("数值", "Value"),
    "written": ("原文写法", "As written"),
}

_ROLES: Mapping[str, tuple[str, str]] = {
    "applies": ("适用条件", "Applies where"),
    "trigger": ("触发条件", "Opens where"),
    "condition": ("算式", "Formula"),
    "each": ("每一项", "Of each"),
    "class": ("算式", "Formula"),
    "value": ("金额", "Amount"),
    "claimed": ("申报金额", "Claimed"),
    "amount": ("金额", "Amount"),
    "months": ("月数", "Months"),
    "due": ("到期日", "Due"),
    "extended": ("延长的情形", "Extended where"),
    "waived": ("免除的情形", "Waived where"),
    "cancelled": ("提前终止的情形", "Ends early where"),
    "shortfall": ("缺额", "Shortfall"),
}
"""The definitions of a rule that readers are shown, in their order."""


def head(name: str, lang: Lang) -> str:
    """A head in a language."""
    return _HEADS[name][lang == "en"]


def formula_heads(roles: Mapping[str, str], lang: Lang) -> list[tuple[str, str]]:
    """The heads of a rule's formulas, and the definitions that they are of."""
    shown = set(roles)
    if "each" in shown:
        shown.discard("condition")
    if "trigger" in shown:
        shown.discard("condition")
    if "value" in shown:
        shown.discard("amount")
    return [(heads[lang == "en"], roles[role]) for role, heads in _ROLES.items() if role in shown]
