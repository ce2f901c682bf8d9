"""Items of lists: incomes, expenses, medical episodes, obligors, benefits, payments, events."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from aidrules.facts.base import Facts
from aidrules.facts.circumstances import (
    CIVIL_CAPACITY_EN,
    CIVIL_CAPACITY_ZH,
    DISABILITY_KINDS_EN,
    DISABILITY_KINDS_ZH,
    DisabilityKind,
)
from aidrules.facts.fact import OPAQUE_ID, Day, DayOrNone, Fact, Flag, Money, Number, Text

PROGRAMME = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"


class Reference(Facts):
    """Another member, by id; the id alone says as much."""

    id: Annotated[str, Fact("成员编号", "id of the member", pattern=OPAQUE_ID, refers_to="member")]

    @model_validator(mode="before")
    @classmethod
    def _id_alone(cls, given: Any) -> Any:
        return {"id": given} if isinstance(given, str) else given

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        written = dict(handler(schema))
        member_id = handler.resolve_ref_schema(written)["properties"]["id"]
        return {"anyOf": [{"type": "string", "pattern": member_id["pattern"]}, written]}


class Income(Facts):
    """Money, or goods at their value, that one member received."""

    kind: Annotated[
        Literal["wages", "business", "property", "transfer", "other"] | None,
        Fact(
            "收入类别",
            "kind of income",
            note="support that an obligor pays is a transfer",
            options_zh=("工资性收入", "经营净收入", "财产净收入", "转移净收入", "其他收入"),
            options_en=("wages", "net business income", "net income from property", "net transfers", "other income"),
        ),
    ] = None
    exempt: Annotated[
        Literal[
            "none",
            "preferential_treatment",
            "family_planning",
            "scholarship",
            "bravery_award",
            "social_assistance",
            "basic_pension",
            "advanced_age_allowance",
            "social_insurance",
            "child_allowance",
            "local",
        ]
        | None,
        Fact(
            "不计入收入的类别",
            "kind not counted as income",
            note="none unless stated",
            options_zh=(
                "无",
                "优待抚恤金",
                "计划生育奖励与扶助金",
                "奖学金",
                "见义勇为等奖励性补助",
                "社会救助款物",
                "城乡居民基本养老保险基础养老金",
                "高龄津贴",
                "基本医疗保险等社会保险待遇",
                "孤儿、事实无人抚养儿童基本生活补贴",
                "当地规定的其他收入",
            ),
            options_en=(
                "none",
                "preferential treatment and pensions for those who served",
                "family planning rewards and support",
                "scholarships",
                "rewards for acts of courage",
                "social assistance in money or kind",
                "basic part of the residents' pension",
                "allowance for advanced age",
                "benefits of social insurance, such as basic medical insurance",
                "basic living allowance for orphans and children without care",
                "other income named by local rules",
            ),
        ),
    ] = "none"
    amount: Annotated[
        Money, Fact("收入金额", "income received", "CNY", high=100_000_000, note="net of the costs of earning it")
    ] = None
    months: Annotated[
        Number, Fact("收入涵盖的月数", "whole months that the income covers", "month", 1, 12, note="1 unless stated")
    ] = 1
    received_on: Annotated[DayOrNone, Fact("收到日期", "day received", note="none unless stated", past=True)] = "none"


class Expense(Facts):
    """A necessary expense of the household, per month."""

    kind: Annotated[
        Literal[
            "living",
            "disability",
            "serious_illness",
            "chronic_illness",
            "other_medical",
            "compulsory_education",
            "non_compulsory_education",
            "employment",
            "business",
            "housing",
            "disaster",
            "other",
        ]
        | None,
        Fact(
            "支出类别",
            "kind of expense",
            options_zh=(
                "基本生活",
                "残疾",
                "重病",
                "慢性病",
                "其他医疗",
                "义务教育",
                "非义务教育",
                "就业成本",
                "经营性成本",
                "住房",
                "受灾",
                "其他",
            ),
            options_en=(
                "basic living",
                "disability",
                "serious illness",
                "chronic illness",
                "other medical costs",
                "compulsory education",
                "non-compulsory education",
                "costs of employment",
                "business costs",
                "housing",
                "disaster",
                "other",
            ),
        ),
    ] = None
    member: Annotated[
        Text,
        Fact(
            "所属成员",
            "id of the member concerned",
            pattern=OPAQUE_ID,
            refers_to="member",
            note="none, the household's own, unless stated",
        ),
    ] = "none"
    claimed: Annotated[Money, Fact("申报金额", "amount claimed", "CNY/month")] = None
    reimbursed: Annotated[Money, Fact("已报销或补助金额", "amount reimbursed", "CNY/month")] = None
    verified: Annotated[
        Money,
        Fact(
            "可查证的最高数额",
            "highest amount that can be verified",
            "CNY/month",
            note="0 without evidence",
        ),
    ] = None
    necessary: Annotated[Flag, Fact("必要", "necessary")] = None


class Episode(Facts):
    """One settled medical episode of a member."""

    kind: Annotated[
        Literal["inpatient", "chronic_outpatient", "outpatient"] | None,
        Fact(
            "就医类型",
            "kind of care",
            options_zh=("住院", "慢性病门诊", "普通门诊"),
            options_en=("hospital stay", "outpatient care for chronic illness", "outpatient care"),
        ),
    ] = None
    settled_on: Annotated[Day, Fact("结算日期", "day settled", past=True)] = None
    total: Annotated[Money, Fact("医疗费用总额", "total cost", "CNY", high=100_000_000)] = None
    reimbursed: Annotated[
        Money, Fact("各项报销救助合计", "paid by insurance and aid together", "CNY", high=100_000_000)
    ] = None


class Obligor(Facts):
    """A person with a legal duty to support a member, whether living with the household or not."""

    member: Annotated[
        Text,
        Fact("被赡养、抚养、扶养的成员", "id of the member to be supported", pattern=OPAQUE_ID, refers_to="member"),
    ] = None
    relation: Annotated[
        Literal["spouse", "parent", "child", "grandparent", "grandchild", "sibling"] | None,
        Fact(
            "义务人与成员的关系",
            "what the obligor is to the member",
            options_zh=("配偶", "父母", "子女", "祖父母、外祖父母", "孙子女、外孙子女", "兄弟姐妹"),
            options_en=("spouse", "parent", "child", "grandparent", "grandchild", "brother or sister"),
        ),
    ] = None
    birth_date: Annotated[Day, Fact("义务人出生日期", "obligor's date of birth", past=True)] = None
    on_tekun: Annotated[Flag, Fact("义务人是特困人员", "obligor receives tekun support")] = None
    on_dibao: Annotated[Flag, Fact("义务人是低保对象", "obligor receives dibao")] = None
    disability_kind: Annotated[
        DisabilityKind | None,
        Fact(
            "义务人残疾类别",
            "obligor's kind of disability",
            options_zh=DISABILITY_KINDS_ZH,
            options_en=DISABILITY_KINDS_EN,
        ),
    ] = None
    disability_grade: Annotated[
        Number, Fact("义务人残疾等级", "obligor's disability grade", high=4, note="0 for none")
    ] = None
    civil_capacity: Annotated[
        Literal["full", "limited", "none"] | None,
        Fact(
            "义务人民事行为能力",
            "obligor's civil capacity",
            options_zh=CIVIL_CAPACITY_ZH,
            options_en=CIVIL_CAPACITY_EN,
        ),
    ] = None
    declared_missing: Annotated[Flag, Fact("义务人被宣告失踪", "obligor declared missing")] = None
    in_prison: Annotated[Flag, Fact("义务人在监狱服刑", "obligor serving a prison sentence")] = None
    income: Annotated[Money, Fact("义务人本人收入", "obligor's own income", "CNY/month")] = None
    assets_within_limits: Annotated[
        Flag, Fact("义务人财产符合低收入家庭规定", "obligor's property is within the low-income limits")
    ] = None
    household_income: Annotated[Money, Fact("义务人家庭收入", "income of the obligor's household", "CNY/month")] = None
    household_persons: Annotated[
        Number, Fact("义务人家庭人口", "persons in the obligor's household", "person", 1, 30)
    ] = None
    supported_persons: Annotated[
        Number, Fact("义务人赡养（抚养、扶养）的人数", "persons the obligor has to support", "person", 1, 30)
    ] = None


class Benefit(Facts):
    """A benefit in payment, with its terms as granted."""

    programme: Annotated[Text, Fact("救助项目", "programme, by its name in the rules", pattern=PROGRAMME)] = None
    since: Annotated[Day, Fact("享受起始日期", "in payment since", past=True)] = None
    last_amount: Annotated[
        Money, Fact("最近月发放总额", "last monthly amount", "CNY/month", note="in a phase-out, that before it began")
    ] = None
    top_up: Annotated[Money, Fact("其中：基本（补差）部分", "of which top-up", "CNY/month")] = None
    supplement: Annotated[Money, Fact("其中：增发部分", "of which supplement", "CNY/month")] = None
    phase_out_since: Annotated[
        DayOrNone, Fact("渐退期起始日期", "phase-out since", note="none unless stated", past=True)
    ] = "none"
    phase_out_months: Annotated[Number, Fact("核定的渐退月数", "months of phase-out as granted", "month", 1, 60)] = None


class Payment(Facts):
    """A payment already made under one rule."""

    rule: Annotated[Text, Fact("发放依据的规则", "rule paid under", pattern=PROGRAMME)] = None
    amount: Annotated[Money, Fact("发放金额", "amount paid", "CNY", high=100_000_000)] = None
    paid_on: Annotated[Day, Fact("发放日期", "day paid", past=True)] = None


class Event(Facts):
    """Something that happened to the household and may open urgent help."""

    kind: Annotated[
        Literal[
            "fire",
            "geological_disaster",
            "natural_disaster",
            "traffic_accident",
            "drowning",
            "other_accident",
            "sudden_serious_illness",
            "education_cost",
            "expense_surge",
            "public_emergency",
            "other",
        ]
        | None,
        Fact(
            "事件类别",
            "kind of event",
            options_zh=(
                "火灾",
                "地质灾害",
                "其他自然灾害",
                "交通事故",
                "溺水",
                "其他意外事件",
                "突发重大疾病",
                "子女非义务教育阶段费用",
                "生活必需支出突然增加",
                "突发公共事件",
                "其他",
            ),
            options_en=(
                "fire",
                "geological disaster",
                "other natural disaster",
                "traffic accident",
                "drowning",
                "other accident",
                "sudden serious illness",
                "children's costs of non-compulsory education",
                "sudden rise of necessary living costs",
                "public emergency",
                "other",
            ),
        ),
    ] = None
    happened_on: Annotated[Day, Fact("发生日期", "day it happened", past=True)] = None
    ended_on: Annotated[DayOrNone, Fact("紧急情况解除日期", "day the emergency ended", past=True)] = None
    happened_here: Annotated[Flag, Fact("发生在本地", "happened in this locality")] = None
    loss: Annotated[Money, Fact("损失或支出金额", "loss or cost caused", "CNY")] = None
