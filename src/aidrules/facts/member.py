"""A member of a household: who the person is to the applicant, and what is known of them."""

from __future__ import annotations

from typing import Annotated, Literal

from aidrules.facts.base import Facts
from aidrules.facts.circumstances import (
    CIVIL_CAPACITY_EN,
    CIVIL_CAPACITY_ZH,
    Absence,
    Disability,
    Education,
    Illness,
    Labour,
    SelfCare,
    Status,
)
from aidrules.facts.fact import OPAQUE_ID, Day, DayOrNone, Fact, Flag, Group, Items
from aidrules.facts.items import Benefit, Episode, Income, Payment


class Member(Facts):
    """One person who belongs to the family, whether counted as a household member or not: the rules decide that."""

    id: Annotated[str, Fact("成员编号", "opaque id of the member", pattern=OPAQUE_ID)]
    birth_date: Annotated[Day, Fact("出生日期", "date of birth", past=True)] = None
    died_on: Annotated[DayOrNone, Fact("死亡日期", "day of death", note="none unless stated", past=True)] = "none"
    sex: Annotated[
        Literal["female", "male"] | None,
        Fact("性别", "sex", options_zh=("女", "男"), options_en=("female", "male")),
    ] = None
    relation: Annotated[
        Literal[
            "applicant",
            "spouse",
            "child",
            "parent",
            "grandparent",
            "grandchild",
            "sibling",
            "other",
        ]
        | None,
        Fact(
            "与申请人的关系",
            "what the member is to the applicant",
            options_zh=(
                "本人",
                "配偶",
                "子女",
                "父母",
                "祖父母、外祖父母",
                "孙子女、外孙子女",
                "兄弟姐妹",
                "其他",
            ),
            options_en=(
                "the applicant",
                "spouse",
                "child",
                "parent",
                "grandparent",
                "grandchild",
                "brother or sister",
                "other",
            ),
        ),
    ] = None
    duty_of_support: Annotated[
        Flag,
        Fact("与家庭成员有法定赡养、抚养、扶养关系", "legal duty of support between the member and the family"),
    ] = None
    lives_here: Annotated[Flag, Fact("长期共同居住", "lives with the household for the long term")] = None
    on_register: Annotated[Flag, Fact("户籍在本户", "on the household's register")] = None
    lives_independently: Annotated[Flag, Fact("能够独立生活", "able to live independently")] = None
    absence: Annotated[Absence | None, Group("离家情形", "absence")] = None
    civil_capacity: Annotated[
        Literal["full", "limited", "none"] | None,
        Fact("民事行为能力", "civil capacity", options_zh=CIVIL_CAPACITY_ZH, options_en=CIVIL_CAPACITY_EN),
    ] = None
    disability: Annotated[Disability | None, Group("残疾", "disability")] = None
    illness: Annotated[Illness | None, Group("疾病", "illness")] = None
    education: Annotated[Education | None, Group("就学", "education")] = None
    labour: Annotated[Labour | None, Group("劳动与就业", "labour")] = None
    self_care: Annotated[SelfCare | None, Group("生活自理能力", "self-care")] = None
    support_mode: Annotated[
        Literal["none", "home", "institution"] | None,
        Fact(
            "供养方式",
            "where support is given",
            options_zh=("无", "分散供养", "集中供养"),
            options_en=("none", "at home", "in an institution"),
        ),
    ] = None
    carer_assigned: Annotated[Flag, Fact("已落实照料护理人", "a carer is assigned")] = None
    medical_insurance: Annotated[
        Literal["none", "resident", "employee", "other"] | None,
        Fact(
            "基本医疗保险",
            "basic medical insurance",
            options_zh=("未参保", "城乡居民", "职工", "其他"),
            options_en=("not insured", "residents' insurance", "employees' insurance", "other"),
        ),
    ] = None
    status: Annotated[Status | None, Group("身份认定", "recognised status")] = None
    incomes: Annotated[tuple[Income, ...] | None, Items("income", "收入", "incomes", ordered_by="received_on")] = None
    episodes: Annotated[
        tuple[Episode, ...] | None, Items("episode", "医疗费用", "medical episodes", ordered_by="settled_on")
    ] = None
    benefits: Annotated[
        tuple[Benefit, ...] | None,
        Items("benefit", "个人在享救助", "benefits paid to the person", distinct_by="programme"),
    ] = None
    payments: Annotated[
        tuple[Payment, ...] | None,
        Items("payment", "个人已获发放", "payments made to the person", ordered_by="paid_on", distinct=True),
    ] = None
