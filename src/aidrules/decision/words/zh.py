"""Chinese: how values and conditions are said."""

from __future__ import annotations

from collections.abc import Sequence

from aidrules.decision.words.base import Measure, quoted

_COMPARED: dict[Measure, dict[str, str]] = {
    "money": {"<": "低于", "<=": "不高于", ">": "高于", ">=": "不低于", "==": "等于", "!=": "不等于"},
    "count": {"<": "少于", "<=": "不超过", ">": "超过", ">=": "不少于", "==": "等于", "!=": "不等于"},
    "age": {"<": "未满", "<=": "不超过", ">": "超过", ">=": "已满", "==": "为", "!=": "不是"},
    "age_line": {"<": "未达到", "<=": "未超过", ">": "超过", ">=": "已达到", "==": "等于", "!=": "不等于"},
    "date": {"<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于", "==": "即", "!=": "不是"},
}
_PERIODS = {2: "双月", 3: "季度", 4: "四个月期", 6: "半年", 12: "年度"}
_ROUNDING = {"up": "向上进位到{0}", "down": "向下舍去到{0}", "half_up": "四舍五入到{0}"}
_RESULTS = {
    "in_payment": ("正在享受{0}", "目前正在享受{0}", "目前没有享受{0}", "目前是否享受{0}尚不能确定"),
    "eligible": ("符合{0}条件", "符合{0}条件", "不符合{0}条件", "是否符合{0}条件尚不能确定"),
    "active": ("享受{0}（含渐退期）", "享受{0}（含渐退期）", "不享受{0}", "是否享受{0}尚不能确定"),
    "phasing_out": ("{0}处于渐退期", "{0}处于渐退期", "{0}不在渐退期", "{0}是否处于渐退期尚不能确定"),
    "excluded": ("{0}不予认定情形", "有{0}不予认定的情形", "没有{0}不予认定的情形", "有无{0}不予认定的情形尚不能确定"),
    "conditions": ("{0}各项条件", "{0}各项条件均符合", "{0}有条件不符合", "{0}各项条件尚不能全部确定"),
    "gives_way": ("{0}不重复发放", "{0}不重复发放", "{0}不因其他待遇而不发放", "{0}是否不重复发放尚不能确定"),
    "opened": ("{0}途径", "{0}的途径适用", "{0}的途径不适用", "{0}的途径是否适用尚不能确定"),
}
_NAMED_RESULTS = {
    "since": "享受{0}的起始日期",
    "last_amount": "{0}最近月发放金额",
    "last_top_up": "{0}最近月基本部分",
    "last_supplement": "{0}最近月增发部分",
    "phase_out_since": "{0}渐退期起始日期",
    "phase_out_months": "{0}核定的渐退月数",
    "amount_alone": "{0}不计重复享受时的月应发金额",
    "amount": "{0}月发放金额",
    "termly": "{0}每学期发放金额",
    "yearly": "{0}每年发放金额",
    "one_off": "{0}一次性发放金额",
    "share": "{0}中本人的份额",
    "outcome": "{0}认定结果",
}


class Chinese:
    """The phrases of Chinese about values and conditions."""

    unknown = "未知"
    yes = "是"
    no = "否"
    no_date = "无"
    today = "事实日期"
    this_month = "本月"
    confidential = "一项保密情况"
    confidential_decides = "依据一项保密情况确定"
    confidential_open = "有一项保密情况未登记，尚不能确定"
    always = "无须另行审查"
    never = "没有可以适用的情形"
    both = "，且"
    either = "，或"
    position = "排序"

    def between(self, low: str, high: str) -> str:
        return f"{low}至{high}之间"

    def with_value(self, name: str, value: str) -> str:
        return f"{name}（{value}）"

    def the(self, name: str) -> str:
        return name

    def joined(self, parts: Sequence[str]) -> str:
        return "；".join(parts)

    def compared(self, left: str, op: str, right: str, kind: Measure, apart: str | None) -> str:
        if op == "==" and kind == "money":
            return f"{left}恰好等于{right}"
        if kind == "age":
            return f"{left}{_COMPARED[kind][op]}{right}"
        said = f"{left}{_COMPARED[kind][op]}{right}"
        return f"{said}，{'高出' if op in ('>', '>=') else '低'}{apart}" if apart else said

    def unsettled(self, left: str, op: str, right: str, kind: Measure) -> str:
        if op == "!=":
            op = "=="
        unit = "周岁" if kind == "age" else ""
        return f"{left}是否{_COMPARED[kind][op].removeprefix('已')}{right}{unit}，尚不能确定"

    def one_of(self, name: str, value: str, options: Sequence[str], truth: bool | None) -> str:
        listed = "、".join(options)
        if truth is None:
            return f"{name}是否为{listed}，尚不能确定"
        return f"{name}为{value}" if truth else f"{name}为{value}，不是{listed}"

    def is_none(self, name: str, value: str, truth: bool | None) -> str:
        if truth is None:
            return f"有无{name}，尚不能确定"
        return f"没有{name}" if truth else f"{name}为{value}"

    def recorded(self, name: str, truth: bool | None) -> str:
        if truth is None:
            return f"{quoted(name)}未登记"
        return f"{quoted(name)}登记为{self.yes if truth else self.no}"

    def found(self, name: str, truth: bool | None, *, made: bool) -> str:
        if truth is None:
            return f"{quoted(name)}尚待认定"
        if not made:
            return f"没有{quoted(name)}的认定"
        return f"经认定：{name}" if truth else f"经认定，{quoted(name)}不成立"

    def lapsed(self, name: str, day: str, truth: bool | None) -> str:
        return f"{quoted(name)}的认定自{day}起失效" + ("，尚待重新认定" if truth is None else "")

    def result(self, programme: str, result: str) -> str | None:
        named = _NAMED_RESULTS.get(result) or _RESULTS.get(result, (None,))[0]
        return named.format(programme) if named else None

    def result_said(self, programme: str, result: str, truth: bool | None) -> str | None:
        if result not in _RESULTS:
            return None
        return _RESULTS[result][3 if truth is None else 1 if truth else 2].format(programme)

    def counted(self, name: str, number: int, of: int, which: Sequence[str]) -> str:
        return f"{name}：{of}项中{number}项" + (f"（{'，'.join(which)}）" if which else "")

    def years_of_age(self, number: str) -> str:
        return f"{number}周岁"

    def none_of_these(self, names: Sequence[str]) -> str:
        return f"不属于下列任何一种情形：{'、'.join(names)}"

    def holds(self, name: str, truth: bool | None) -> str:
        if truth is None:
            return f"{quoted(name)}尚不能确定"
        return f"属于{quoted(name)}" if truth else f"不属于{quoted(name)}"

    def belongs(self, name: str, truth: bool | None, *, person: bool) -> str:
        who = "此人" if person else "此项"
        return f"{who}是否属于{name}，尚不能确定" if truth is None else f"{who}{'' if truth else '不'}属于{name}"

    def required(self, name: str, truth: bool) -> str:
        return f"已做到{quoted(name)}" if truth else f"未做到{quoted(name)}"

    def with_reason(self, said: str, reason: str) -> str:
        return f"{said}（{reason}）"

    def about(self, item: str, said: str) -> str:
        return f"{item}：{said}"

    def member(self, member: str) -> str:
        return f"成员 {member}"

    def item(self, items: str, place: int, of: str | None, kind: str | None) -> str:
        named = f"第{place}项{items}{quoted(kind) if kind else ''}"
        return f"{of} 的{named}" if of else named

    def dated(self, item: str, day: str) -> str:
        return f"{day}的{item}"

    def list_unknown(self, items: str) -> str:
        return f"{quoted(items)}未登记"

    def none_of(self, items: str, condition: str, count: int) -> str:
        return f"{items}中没有{quoted(condition)}的情形" if count else f"没有{items}"

    def each_of(self, items: str, condition: str, count: int) -> str:
        return f"{items}均属于{quoted(condition)}" if count else f"没有{items}"

    def rounded(self, formula: str, to: str, mode: str) -> str:
        return f"{formula}，{_ROUNDING[mode].format(to)}"

    def at_least(self, formula: str, least: str) -> str:
        return f"（{formula}，低于{least}的按{least}计）"

    def extreme(self, which: str, parts: Sequence[str]) -> str:
        return f"{'、'.join(parts)}取{'低' if which == 'min' else '高'}者"

    def if_else(self, condition: str, then: str, other: str) -> str:
        return f"{condition}的为{then}，否则为{other}"

    def if_alone(self, condition: str, then: str) -> str:
        return f"{then}（{condition}时）"

    def call(self, function: str, args: Sequence[str]) -> str:
        form = {
            "add_days": "{0}后{1}",
            "add_months": "{0}后{1}",
            "add_working_days": "{0}后{1}",
            "age": "年龄",
            "before": "{0}前{1}",
            "day_of": "{0}的日",
            "days_between": "{0}至{1}的天数",
            "first_of_month": "{0}所在月首日",
            "last_of_month": "{0}所在月末日",
            "month_of": "{0}的月份",
            "months_between": "{0}至{1}的满月数",
            "year_of": "{0}的年份",
        }[function]
        return form.format(*args)

    def year(self, number: str) -> str:
        return f"{number}年"

    def year_of(self, day: str) -> str:
        return f"{day}所在年"

    def day_in(self, year: str, month: int, day: int) -> str:
        return f"{year}{month}月{day}日"

    def period_end(self, day: str, months: int, after: bool) -> str:
        period = _PERIODS[months]
        return f"{day}所在{period}的下一{period}末日" if after else f"{day}所在{period}末日"

    def within(self, day: str, year: str) -> str:
        return f"{day}在{year}内"

    def aggregate(self, function: str, items: str, body: str, where: str) -> str:
        among = f"{quoted(where)}的{items}" if where else items
        return {
            "sum": f"{among}的{body}合计",
            "count": f"{among}数",
            "any": f"{items}中有{quoted(body or where)}的",
            "all": f"{items}均属{quoted(body)}",
            "min": f"{among}{body}中最低的",
            "max": f"{among}{body}中最高的",
            "first": f"{among}最早的{body}",
            "latest": f"{among}最近的{body}",
            "longest_run": f"{items}中{body}的最长连续次数",
            "count_distinct": f"{among}不同{body}的数量",
        }[function]

    def negated(self, condition: str) -> str:
        return f"不属于{quoted(condition)}"

    def among(self, item: str, options: Sequence[str]) -> str:
        return f"{item}为{'或'.join(options)}"

    def not_among(self, item: str, options: Sequence[str]) -> str:
        return f"{item}不是{'、'.join(options)}"

    def absent(self, item: str) -> str:
        return f"没有{item}"

    def present(self, item: str) -> str:
        return f"有{item}"
