"""What the kinds of rules are called in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from aidrules.language.fields import Label

_KINDS: Mapping[str, tuple[str, str]] = {
    "amount": ("金额", "amount"),
    "cadence": ("定期事项", "recurring task"),
    "check": ("核对", "check"),
    "classification": ("分类", "classification"),
    "combination": ("不重复享受", "benefits that are not had together"),
    "deadline": ("期限", "deadline"),
    "deduction": ("收入扣减", "deduction from income"),
    "eligibility": ("认定条件", "condition"),
    "entitlement": ("服务和待遇", "service or right"),
    "exclusion": ("不予认定的情形", "exclusion"),
    "gate": ("程序环节", "step of procedure"),
    "imputation": ("收入推算", "imputed income"),
    "phase_out": ("渐退", "phase-out"),
    "procedure": ("程序", "procedure"),
    "referral": ("转介", "referral"),
    "risk_elimination": ("风险消除", "elimination of risk"),
    "supplement": ("增发", "supplement"),
    "top_up": ("补差", "top-up"),
}


def kind_label(kind: str) -> Label:
    """What a kind of rules is called, with the word by which rule files name it.

    >>> kind_label("top_up").zh, kind_label("check").en
    ('补差（top_up）', 'check')
    """
    zh, en = _KINDS[kind]
    return Label(f"{zh}（{kind}）", en if en == kind else f"{en} ({kind})")
