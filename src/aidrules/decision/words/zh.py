"""Chinese: how values and conditions are said."""

from __future__ import annotations

from collections.abc import Sequence

from aidrules.decision.words.base import Measure

_COMPARED: dict[Measure, dict[str, str]] = {
    "money": {"<": "低于", "<=": "不高于", ">": "高于", ">=": "不低于", "==": "等于", "!=": "不等于"},
    "count": {"<": "少于", "<=": "不超过", ">": "超过", ">=": "不少于", "==": "等于", "!=": "不等于"},
    "date": {"<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于", "==": "即", "!=": "不是"},
    "enum": {"==": "为", "!=": "不是"},
    "age": {"<": "未满", "<=": "不超过", ">": "超过", ">=": "已满", "==": "为", "!=": "不是"},
}
_WHETHER: dict[Measure, dict[str, str]] = {
    "money": {"<": "低于", "<=": "不高于", ">": "高于", ">=": "不低于", "==": "等于", "!=": "等于"},
    "count": {"<": "少于", "<=": "不超过", ">": "超过", ">=": "不少于", "==": "等于", "!=": "等于"},
    "date": {"<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于", "==": "即", "!=": "即"},
    "enum": {"==": "为", "!=": "为"},
    "age": {"<": "未满", "<=": "不超过", ">": "超过", ">=": "已满", "==": "为", "!=": "为"},
}
_ROUNDING = {"up": "向上取整", "down": "向下取整", "half_up": "四舍五入"}


class Chinese:
    """The phrases of Chinese about values and conditions."""

    unknown = "未知"
    yes = "是"
    no = "否"
    no_date = "无"
    today = "认定日期"
    this_month = "本月"
    confidential = "一项保密情况"
    confidential_decides = "依据一项保密情况确定"
    always = "无须另行审查"
    never = "没有可以适用的情形"
    both = "，且"
    either = "，或"
    position = "排序"

    def between(self, low: str, high: str) -> str:
        return f"{low}至{high}之间"

    def with_value(self, name: str, value: str) -> str:
        return f"{name}（{value}）"

    def joined(self, parts: Sequence[str]) -> str:
        return "；".join(parts)

    def compared(self, left: str, op: str, right: str, kind: Measure, apart: str | None) -> str:
        if kind == "age":
            return f"{left}{_COMPARED['age'][op]}{right}周岁"
        if op == "==" and kind == "money":
            return f"{left}恰好等于{right}"
        said = f"{left}{_COMPARED[kind][op]}{right}"
        return f"{said}，{'高' if op in ('>', '>=') else '低'}{apart}" if apart else said

    def unsettled(self, left: str, op: str, right: str, kind: Measure) -> str:
        unit = "周岁" if kind == "age" else ""
        return f"{left}是否{_WHETHER[kind][op]}{right}{unit}，尚不能确定"

    def one_of(self, item: str, options: Sequence[str], truth: bool | None) -> str:
        listed = "、".join(options)
        if truth is None:
            return f"{item}是否属于{listed}，尚不能确定"
        return f"{item}属于{listed}" if truth else f"{item}不属于{listed}"

    def is_none(self, item: str, truth: bool | None) -> str:
        if truth is None:
            return f"有无{item}，尚不能确定"
        return f"没有{item}" if truth else f"有{item}"

    def recorded(self, name: str, truth: bool | None) -> str:
        if truth is None:
            return f"“{name}”未登记"
        return f"“{name}”登记为{self.yes if truth else self.no}"

    def holds(self, name: str, truth: bool | None) -> str:
        if truth is None:
            return f"“{name}”尚不能确定"
        return f"属于“{name}”" if truth else f"不属于“{name}”"

    def with_reason(self, said: str, reason: str) -> str:
        return f"{said}（{reason}）"

    def about(self, item: str, said: str) -> str:
        return f"{item}：{said}"

    def member(self, member: str) -> str:
        return f"成员 {member} "

    def item(self, items: str, place: int, of: str | None) -> str:
        return f"{of or ''}第{place}项{items}"

    def list_unknown(self, items: str) -> str:
        return f"“{items}”未登记"

    def none_of(self, items: str, condition: str, count: int) -> str:
        return f"{items}中没有“{condition}”的情形" if count else f"没有登记任何{items}"

    def each_of(self, items: str, condition: str, count: int) -> str:
        return f"{items}均属于“{condition}”" if count else f"没有登记任何{items}"

    def rounded(self, formula: str, to: str, mode: str) -> str:
        return f"{formula}，按{to}{_ROUNDING[mode]}"

    def not_below_zero(self, formula: str) -> str:
        return f"（{formula}，负数按0计）"

    def extreme(self, which: str, parts: Sequence[str]) -> str:
        return f"{'、'.join(parts)}中的{'较低者' if which == 'min' else '较高者'}"

    def if_else(self, condition: str, then: str, other: str) -> str:
        return f"{condition}的为{then}，否则为{other}"

    def call(self, function: str, args: Sequence[str]) -> str:
        form = {
            "add_days": "{0}后{1}天",
            "add_months": "{0}后{1}个月",
            "add_working_days": "{0}后{1}个工作日",
            "age": "年龄",
            "day_of": "{0}的日",
            "days_between": "{0}至{1}的天数",
            "first_of_month": "{0}所在月首日",
            "last_of_month": "{0}所在月末日",
            "month_of": "{0}的月份",
            "months_between": "{0}至{1}的满月数",
            "year_of": "{0}的年份",
        }[function]
        return form.format(*args)

    def aggregate(self, function: str, items: str, body: str, where: str) -> str:
        among = f"{items}中{where}的" if where else f"{items}"
        return {
            "sum": f"{among}各项{body}之和",
            "count": f"{among}数量" if where else f"{items}数",
            "any": f"{items}中有{body or where}的情形",
            "all": f"{items}均为{body}",
            "min": f"{among}{body}中最低的",
            "max": f"{among}{body}中最高的",
            "first": f"{among}最早的{body}",
            "latest": f"{among}最近的{body}",
            "longest_run": f"{items}中{body}的最长连续次数",
            "count_distinct": f"{among}不同{body}的数量",
        }[function]

    def negated(self, condition: str) -> str:
        return f"非“{condition}”"

    def among(self, item: str, options: Sequence[str]) -> str:
        return f"{item}为{'、'.join(options)}之一" if len(options) > 1 else f"{item}为{''.join(options)}"

    def absent(self, item: str) -> str:
        return f"没有{item}"
