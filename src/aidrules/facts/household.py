"""A household as social assistance sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from aidrules.errors import Problem
from aidrules.facts.base import Facts
from aidrules.facts.decided import Decided
from aidrules.facts.fact import (
    OPAQUE_ID,
    DayOrNone,
    Fact,
    Flag,
    Group,
    Items,
    Money,
    Number,
    Text,
)
from aidrules.facts.fitting import misfits
from aidrules.facts.items import Benefit, Event, Expense, Obligor, Payment
from aidrules.facts.member import Member
from aidrules.facts.procedure import Participant, Step


class Assets(Facts):
    """What the household owns, at its value or counted."""

    savings: Annotated[Money, Fact("存款及现金", "savings and cash", "CNY")] = None
    securities: Annotated[Money, Fact("证券、基金", "securities and funds", "CNY")] = None
    insurance: Annotated[Money, Fact("商业保险现金价值", "value of commercial insurance", "CNY")] = None
    online_finance: Annotated[Money, Fact("互联网金融资产", "assets held with online finance", "CNY")] = None
    receivables: Annotated[Money, Fact("债权", "claims on others", "CNY")] = None
    vehicles: Annotated[Number, Fact("机动车数量", "motor vehicles", high=1000)] = None
    vehicles_value: Annotated[Money, Fact("机动车价值", "value of motor vehicles", "CNY")] = None
    houses: Annotated[Number, Fact("住房套数", "dwellings owned", high=1000)] = None
    commercial_properties: Annotated[Number, Fact("商铺、办公楼等数量", "commercial properties", high=1000)] = None
    enterprises: Annotated[Number, Fact("登记的企业数量", "registered enterprises", high=1000)] = None


class Housing(Facts):
    """Where the household lives."""

    tenure: Annotated[
        Literal["none", "owned", "rented", "public_rental", "borrowed"] | None,
        Fact(
            "住房性质",
            "tenure",
            options_zh=("无房", "自有", "租赁", "公租房", "借住"),
            options_en=("no home", "owned", "rented", "public rental housing", "borrowed"),
        ),
    ] = None
    rent: Annotated[Money, Fact("房租", "rent", "CNY/month")] = None
    danger_grade: Annotated[
        Literal["none", "a", "b", "c", "d"] | None,
        Fact(
            "房屋安全等级",
            "danger grade of the house",
            options_zh=("未鉴定", "A 级", "B 级", "C 级", "D 级"),
            options_en=("not assessed", "grade A", "grade B", "grade C", "grade D"),
        ),
    ] = None
    in_difficulty: Annotated[Flag, Fact("符合住房困难标准", "meets the published standard of housing difficulty")] = (
        None
    )


class Monitoring(Facts):
    """The household's place in the monitoring against relapse into poverty."""

    kind: Annotated[
        Literal["none", "unstable", "at_risk", "sudden_hardship"] | None,
        Fact(
            "监测对象类别",
            "class of monitored household",
            options_zh=("非监测对象", "脱贫不稳定户", "边缘易致贫户", "突发严重困难户"),
            options_en=(
                "not monitored",
                "unstably lifted out of poverty",
                "on the verge of poverty",
                "in sudden severe hardship",
            ),
        ),
    ] = None
    status: Annotated[
        Literal["none", "active", "eliminated"] | None,
        Fact(
            "监测状态",
            "state of monitoring",
            options_zh=("未监测", "监测中", "风险已消除"),
            options_en=("not monitored", "monitored", "risk eliminated"),
        ),
    ] = None
    since: Annotated[DayOrNone, Fact("纳入监测日期", "monitored since", past=True)] = None


class Case(Facts):
    """The application or review at hand."""

    channel: Annotated[
        Literal["application", "discovery"] | None,
        Fact(
            "受理渠道",
            "how the case was opened",
            options_zh=("申请", "主动发现"),
            options_en=("application", "found by the authorities"),
        ),
    ] = None
    applied_on: Annotated[DayOrNone, Fact("申请日期", "day of application", past=True)] = None
    accepted_on: Annotated[DayOrNone, Fact("受理日期", "day of acceptance", past=True)] = None
    decided_on: Annotated[DayOrNone, Fact("确认日期", "day of confirmation", past=True)] = None
    last_review_on: Annotated[DayOrNone, Fact("上次核查日期", "day of the last review", past=True)] = None
    last_visit_on: Annotated[DayOrNone, Fact("上次探访日期", "day of the last visit", past=True)] = None
    urgent: Annotated[Flag, Fact("情况紧急", "urgent")] = None
    emergency_ended_on: Annotated[DayOrNone, Fact("紧急情况解除日期", "day the emergency ended", past=True)] = None
    formalities_completed_on: Annotated[
        DayOrNone, Fact("手续补齐日期", "day the formalities were completed", past=True)
    ] = None
    documents_complete: Annotated[Flag, Fact("材料齐备", "documents complete")] = None
    disputed: Annotated[Flag, Fact("有争议或公示异议", "disputed, or objected to when posted")] = None
    authorised_check: Annotated[Flag, Fact("已授权核对经济状况", "means check authorised")] = None
    cooperates: Annotated[Flag, Fact("配合审核确认", "cooperates with the examination")] = None
    related_to_official: Annotated[
        Flag, Fact("与经办人员或村（居）委会成员有近亲属关系", "close relative of an official in charge")
    ] = None
    hard_to_investigate: Annotated[
        Flag, Fact("调查难度较大等特殊情况", "special circumstances that lengthen the investigation")
    ] = None
    lives_apart_from_register: Annotated[Flag, Fact("人户分离", "lives elsewhere than registered")] = None


class Household(Decided):
    """A household, its members, means, benefits in payment and case. An unknown fact is None, an empty list is none."""

    references: ClassVar[tuple[tuple[str, ...], ...]] = (("expenses", "member"), ("obligors", "member"))

    id: Annotated[Text, Fact("家庭编号", "opaque id of the household", pattern=OPAQUE_ID)] = None
    residence: Annotated[
        Literal["urban", "rural"] | None,
        Fact("居住地城乡属性", "urban or rural residence", options_zh=("城市", "农村"), options_en=("urban", "rural")),
    ] = None
    registered_here: Annotated[Flag, Fact("户籍在本地", "registered in this locality")] = None
    residence_permit: Annotated[Flag, Fact("持有居住证", "holds a residence permit")] = None
    members: Annotated[
        tuple[Member, ...], Items("member", "家庭成员", "members", "person", at_least=1, at_most=30, distinct_by="id")
    ]
    single_parent: Annotated[Flag, Fact("单亲家庭", "single-parent family")] = None
    contracted_land: Annotated[Flag, Fact("拥有承包土地", "holds contracted land")] = None
    collective_income: Annotated[
        Flag, Fact("参加农村集体经济收益分配", "shares in the income of a rural collective")
    ] = None
    assets: Annotated[Assets | None, Group("家庭财产", "assets")] = None
    housing: Annotated[Housing | None, Group("住房", "housing")] = None
    expenses: Annotated[tuple[Expense, ...] | None, Items("expense", "刚性支出", "expenses")] = None
    obligors: Annotated[
        tuple[Obligor, ...] | None, Items("obligor", "法定义务人", "persons with a legal duty of support", "person")
    ] = None
    benefits: Annotated[
        tuple[Benefit, ...] | None,
        Items("benefit", "家庭在享救助", "benefits paid to the household", distinct_by="programme"),
    ] = None
    payments: Annotated[
        tuple[Payment, ...] | None,
        Items("payment", "家庭已获发放", "payments made to the household", ordered_by="paid_on", distinct=True),
    ] = None
    events: Annotated[tuple[Event, ...] | None, Items("event", "事件", "events", ordered_by="happened_on")] = None
    monitoring: Annotated[Monitoring | None, Group("防返贫监测", "monitoring against relapse")] = None
    case: Annotated[Case | None, Group("办理情况", "case")] = None
    steps: Annotated[tuple[Step, ...] | None, Items("step", "已办环节", "steps taken", distinct_by="step")] = None
    participants: Annotated[
        tuple[Participant, ...] | None,
        Items("participant", "环节参加人员", "persons who took part in a step", "person"),
    ] = None

    @property
    def member_ids(self) -> tuple[str, ...]:
        """The ids of its members, in their order."""
        return tuple(member.id for member in self.members)

    def _misfits(self) -> Iterator[Problem]:
        return misfits(self)
