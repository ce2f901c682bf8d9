"""Groups of facts about a member: disability, illness, studies, labour, self-care, absence, status."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from aidrules.facts.base import Facts
from aidrules.facts.fact import DayOrNone, Fact, Flag, Number

DisabilityKind: TypeAlias = Literal[
    "none", "visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple"
]
DISABILITY_KINDS_ZH = ("无", "视力", "听力", "言语", "肢体", "智力", "精神", "多重")
DISABILITY_KINDS_EN = ("none", "visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
CIVIL_CAPACITY_ZH = ("完全", "限制", "无")
CIVIL_CAPACITY_EN = ("full", "limited", "none")


class Disability(Facts):
    """What the disability certificate says."""

    kind: Annotated[
        DisabilityKind | None,
        Fact("残疾类别", "kind of disability", options_zh=DISABILITY_KINDS_ZH, options_en=DISABILITY_KINDS_EN),
    ] = None
    grade: Annotated[Number, Fact("残疾等级", "disability grade", high=4, note="0 for none")] = None


class Illness(Facts):
    """Illness as recognised by the local catalogues."""

    serious: Annotated[Flag, Fact("患重病", "seriously ill", note="by the local list")] = None
    chronic: Annotated[Flag, Fact("患慢性病", "chronically ill")] = None


class Education(Facts):
    """Studies now."""

    stage: Annotated[
        Literal[
            "none",
            "preschool",
            "primary",
            "lower_secondary",
            "upper_secondary",
            "secondary_vocational",
            "higher_vocational",
            "undergraduate",
            "postgraduate",
        ]
        | None,
        Fact(
            "就读学段",
            "stage of studies",
            options_zh=(
                "不在读",
                "学前",
                "小学",
                "初中",
                "普通高中",
                "中等职业",
                "高职高专",
                "本科",
                "研究生",
            ),
            options_en=(
                "not enrolled",
                "preschool",
                "primary school",
                "junior middle school",
                "senior middle school",
                "secondary vocational school",
                "higher vocational college",
                "undergraduate studies",
                "postgraduate studies",
            ),
        ),
    ] = None
    full_time: Annotated[Flag, Fact("全日制", "full-time studies")] = None
    boarding: Annotated[Flag, Fact("寄宿", "boards at school")] = None
    unable_to_attend: Annotated[Flag, Fact("因身心障碍不便入学", "cannot attend school because of an impairment")] = (
        None
    )


class Labour(Facts):
    """Capacity for work, and work."""

    capacity: Annotated[
        Literal["full", "partial", "none"] | None,
        Fact(
            "劳动能力",
            "capacity for work",
            options_zh=("有", "部分丧失", "无"),
            options_en=("full", "partly lost", "none"),
        ),
    ] = None
    employed: Annotated[Flag, Fact("已就业", "employed")] = None
    job_started_on: Annotated[DayOrNone, Fact("就业开始日期", "first day of the present job", past=True)] = None
    unemployment_registered: Annotated[Flag, Fact("已失业登记", "registered as unemployed")] = None
    willing: Annotated[Flag, Fact("有就业意愿", "willing to work")] = None
    hard_to_employ: Annotated[Flag, Fact("经认定的就业困难人员", "recognised as hard to employ")] = None
    refused_offers: Annotated[
        Number, Fact("连续无故拒绝介绍工作次数", "suitable offers refused in a row without reason", high=100)
    ] = None


class SelfCare(Facts):
    """The six abilities that a self-care assessment looks at: can the person do it unaided."""

    eats: Annotated[Flag, Fact("自主吃饭", "eats unaided")] = None
    dresses: Annotated[Flag, Fact("自主穿衣", "dresses unaided")] = None
    leaves_bed: Annotated[Flag, Fact("自主上下床", "gets in and out of bed unaided")] = None
    uses_toilet: Annotated[Flag, Fact("自主如厕", "uses the toilet unaided")] = None
    walks: Annotated[Flag, Fact("室内自主行走", "walks indoors unaided")] = None
    bathes: Annotated[Flag, Fact("自主洗澡", "bathes unaided")] = None


class Absence(Facts):
    """Why a person of the household is away, where that bears on who is counted."""

    kind: Annotated[
        Literal[
            "none",
            "prison",
            "compulsory_detox",
            "other_detention",
            "declared_missing",
            "lost_contact",
            "clergy",
            "other",
        ]
        | None,
        Fact(
            "离家情形",
            "reason for being away",
            options_zh=(
                "无",
                "在监狱服刑",
                "强制隔离戒毒",
                "其他限制人身自由",
                "宣告失踪",
                "失联",
                "脱离家庭的宗教教职人员",
                "其他",
            ),
            options_en=(
                "not away",
                "serving a prison sentence",
                "compulsory drug rehabilitation",
                "otherwise detained",
                "declared missing",
                "contact lost",
                "clergy who have left the family",
                "other",
            ),
        ),
    ] = None
    since: Annotated[DayOrNone, Fact("离家起始日期", "first day of being away", past=True)] = None


class Status(Facts):
    """Recognised statuses that open or steer assistance."""

    lifted_from_poverty: Annotated[Flag, Fact("脱贫人口", "person lifted out of poverty")] = None
    registered_poor: Annotated[Flag, Fact("建档立卡人口", "on the register of poor persons")] = None
    relocated: Annotated[Flag, Fact("易地扶贫搬迁人口", "relocated for poverty relief")] = None
    orphan: Annotated[Flag, Fact("孤儿", "orphan")] = None
    unattended_child: Annotated[Flag, Fact("事实无人抚养儿童", "de facto unattended child")] = None
    chose_child_allowance: Annotated[
        Flag,
        Fact(
            "选择孤儿或事实无人抚养儿童基本生活保障",
            "chose the basic living allowance for orphans or unattended children",
        ),
    ] = None
    preferential_treatment: Annotated[Flag, Fact("优抚对象", "entitled to preferential treatment")] = None
    hardship_worker: Annotated[Flag, Fact("困难职工", "recognised worker in hardship")] = None
    vagrant: Annotated[Flag, Fact("流浪乞讨人员", "vagrant or begging person")] = None
