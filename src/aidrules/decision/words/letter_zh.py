"""Chinese: the sentences of letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aidrules.decision.forms import Deadline, Every, State, Status
from aidrules.decision.words.addressed import ChineseAddressed
from aidrules.decision.words.base import between, quoted

_EVERY: Mapping[Every, str] = {
    "month": "每月",
    "term": "每学期",
    "year": "每年",
    "occasion": "一次性",
    "life": "一次性",
}


class ChineseLetter(ChineseAddressed):
    """The sentences of letters in Chinese."""

    outcomes: Mapping[Status, str] = {
        "eligible": "符合条件",
        "at_discretion": "是否给予，由审核确认机关决定",
        "exception_possible": "原则上不予认定，可以按规定作例外处理",
        "phasing_out": "已不符合条件，处于渐退期",
        "suspended": "暂停",
        "pending": "须待认定后确定",
        "undetermined": "尚不能确定",
        "ineligible": "不符合条件",
        "not_opened": "不在此项范围内",
    }
    handed_over: Mapping[Status, str] = {
        "eligible": "须转介办理",
        "at_discretion": "是否转介，由经办机构决定",
        "ineligible": "无须转介",
    }
    ineligible_if_asked = "不符合条件（是否涉及此项尚不能确定）"
    nothing_to_hand_over = "属于此项情形，目前没有须转介办理的事项"
    to_hand_over_open = "属于此项情形，是否须转介办理尚不能确定"
    conditions: Mapping[State, str] = {
        "applied": "符合",
        "not_applied": "不符合",
        "undetermined": "尚不能确定",
        "not_reached": "未审查",
    }
    exclusions: Mapping[State, str] = {
        "applied": "有此情形",
        "not_applied": "没有此情形",
        "undetermined": "尚不能确定",
        "not_reached": "未审查",
    }
    headings: Mapping[str, str] = {
        "payments": "发放",
        "classes": "类别",
        "services": "可以享受的服务和待遇",
        "referrals": "转介",
        "procedure": "程序",
        "deadlines": "期限和定期事项",
        "checks": "须由经办机构处理",
        "doubts": "登记内容请核对",
        "missing": "尚缺的情况",
        "notices": "告知事项",
        "readings": "文件未写明、按下列理解处理之处",
        "conventions": "规则未写明、按下列惯例处理之处",
        "others": "其他项目",
    }
    none_stands = "未发现不予认定的情形"
    confidential = "一项保密情况"
    confidential_day = "（日期保密）"
    stop = "。"
    pays_nothing = "应发金额为零"
    gave_way = "与{0}不重复发放：{1}。"
    figures = "以上数额的来由："
    findings = "以上所依据的认定："

    def closing(self, digest: str, sources: Sequence[str]) -> tuple[str, ...]:
        listed = (f"依据的文件：{'；'.join(sources)}。",) if sources else ()
        return (*listed, f"规则内容摘要：{digest}。")

    def source(self, title: str, number: str | None) -> str:
        return f"《{title}》（{number}）" if number else f"《{title}》"

    def heading(self, label: str) -> str:
        return label

    def headline(self, programme: str, outcome: str, amounts: Sequence[str], persons: str | None) -> str:
        whose = f"（{persons}）" if persons else ""
        return f"{programme}{whose}：{'，'.join([outcome, *amounts])}。"

    def each_time(self, amount: str, every: Every) -> str:
        return f"{_EVERY[every]}发放{amount}"

    def still_open(self, every: Every, bounds: str | None) -> str:
        return f"{_EVERY[every]}金额尚不能确定" + (f"（在{bounds}）" if bounds else "")

    def unchanged(self, until: str | None) -> str:
        return f"每月发放总额与目前相同，继续发放{f'至{until}' if until else ''}。"

    def until(self, day: str | None) -> str:
        return f"至{day}止" if day else "何时止尚不能确定"

    def persons(self, members: Sequence[str]) -> str:
        return f"成员 {'、'.join(members)}"

    def each(self, persons: str) -> str:
        return f"{persons}，每人"

    def condition(self, label: str, state: str, statement: str, force: str) -> str:
        soft = "（原则上的条件）" if force == "in_principle" else ""
        return f"{label}{soft}：{state}。" + (f"{statement}。" if statement else "")

    def clear(self, rules: str) -> str:
        return f"{self.none_stands}。已对照、均不适用的规定：{rules}。"

    def waived(self, label: str, statement: str) -> str:
        return f"{label}：免予审查。{statement}。"

    def listed(self, names: Sequence[str]) -> str:
        return "、".join(names)

    def some(self, names: Sequence[str], more: int) -> str:
        return f"{'、'.join(names)}等{len(names) + more}项"

    def not_in_question(self, names: Sequence[str], number: int) -> str:
        more = f"等{number}项" if number > len(names) else ""
        return f"本次不涉及（不是不予批准）：{'、'.join(names)}{more}。"

    def unmet(self, programme: str, reasons: Sequence[str]) -> str:
        return f"{programme}（未满足：{'、'.join(reasons)}）" if reasons else programme

    def amount(self, label: str, persons: str | None, amount: str, reckoning: str, *, settled: bool) -> str:
        whose = f"（{persons}）" if persons else ""
        by = f"{'，即' if settled else '。'}{reckoning}" if reckoning not in ("", label) else ""
        return f"{label}{whose}：{amount}{by}。"

    def reckoning(self, formula: str, with_values: str, result: str) -> str:
        return " = ".join(dict.fromkeys(part for part in (formula, with_values, result) if part))

    def figure(self, label: str, reckoning: str) -> str:
        return f"{label} = {reckoning}。"

    def tier(self, label: str, grade: str, why: str) -> str:
        return f"{label}：{grade}。{why}。"

    def nothing_allowed(self, item: str, claimed: str, why: Sequence[str]) -> str:
        return f"{item}：申报{claimed}，准予扣减0元。{'；'.join(why)}。"

    def left_out(self, item: str, amount: str | None, why: Sequence[str]) -> str:
        return f"没有计入：{item}{f'，{amount}' if amount else ''}（{'；'.join(why)}）。"

    def recorded(self, finding: str, value: str, by: str | None, on: str | None, reason: str | None) -> str:
        said = f"，{on}" if on else ""
        made = f"（{by or '认定人未登记'}{said}）"
        why = f"理由：{reason.rstrip('。；.; ')}。" if reason else ""
        return f"{finding}：{value}{made}。{why}"

    def parameter(self, label: str, value: str, since: str | None, overlay: str | None, *, given: bool) -> str:
        start = f"，自{since}起施行" if since and not given else ""
        said = "（由经办机构给定）" if given else f"（由叠加文件{quoted(overlay)}填入）" if overlay else ""
        return f"{label}为{value}{start}{said}。"

    def formula_differs(self, value: str) -> str:
        return f"此为公布的数额，按公式计算应为{value}。"

    def rounded_result(self, rounded: str, result: str) -> str:
        return f"{rounded}，得{result}"

    def grade(self, label: str, reckoning: str, why_open: str) -> str:
        if why_open:
            return f"是否属于{quoted(label)}尚不能确定（{why_open}）；如属于：{reckoning}。"
        return f"属于{quoted(label)}：{reckoning}。"

    def stacking(self, how: str) -> str:
        return {
            "highest_per_person": "同时符合多项的，就高不就低，不累加。",
            "once_per_person": "同时符合多项的，按所列次序只发一项。",
            "sum": "同时符合多项的，合计发放。",
        }[how]

    def phase_out(self, start: str, end: str, months: int, decided: str | None) -> str:
        said = f"自{start}起，共{months}个月{'' if decided else '（按原核定的月数）'}，至{end}止。"
        return said + (self._if_decided(decided) if decided else "")

    def phase_out_open(
        self, start: str, least: tuple[int, str] | None, most: tuple[int, str] | None, decided: str | None
    ) -> str:
        ends = [
            f"{word}{end[0]}个月（至{end[1]}止）" for word, end in (("最少", least), ("最多", most)) if end is not None
        ]
        said = f"自{start}起，{'月数尚待确定' if decided else '核定的月数未登记'}"
        said += f"：{'，'.join(ends)}。" if ends else "。"
        return said + (self._if_decided(decided) if decided else "")

    def _if_decided(self, day: str) -> str:
        return f"起止月份按{day}作出决定计；决定作出的日期不同，起止月份随之变动。"

    def granted_before(self, since: str, *, running: bool) -> str:
        return f"已核定自{since}起的渐退期，{'尚未届满' if running else '核定的月数未登记，是否已届满尚不能确定'}"

    def outcome_of(self, label: str) -> str:
        return f"{label}的结果"

    def length_of(self, label: str) -> str:
        return f"{label}的期限"

    def schedule(self, months: Sequence[tuple[str, str]]) -> str:
        return "；".join(f"{month}{amount}" for month, amount in months) + "。"

    def case(self, label: str, persons: str | None, name: str) -> str:
        whose = f"（{persons}）" if persons else ""
        return f"{label}{whose}：{name}。"

    def ambiguous(self, names: str) -> str:
        return f"同时符合{names}，须由经办机构确定"

    def clauses(self, cited: Sequence[tuple[str, Sequence[str]]]) -> str:
        listed = [f"《{title}》{'、'.join(clauses)}" for title, clauses in cited]
        return f"（依据：{'；'.join(listed)}）"

    def overrode(self, clauses: str, overlay: str | None) -> str:
        by_overlay = f"此项由叠加文件{quoted(overlay or '')}改定，取代原规定{clauses}。"
        return by_overlay if overlay else f"上级规定{clauses}由本条代替。"

    def open_still(self, outcome: str, names: Sequence[str]) -> str:
        return f"{outcome}：{'、'.join(names)}。"

    def other(self, headline: str, reasons: Sequence[str], standing: Sequence[str] = ()) -> str:
        failing = f"未满足：{'、'.join(reasons)}。" if reasons else ""
        return headline + failing + (f"有此情形：{'、'.join(standing)}。" if standing else "")

    def point(self, label: str, persons: str | None) -> str:
        return f"{label}（{persons}）" if persons else label

    def paid(self, label: str, persons: str | None, amount: str) -> str:
        whose = f"（{persons}）" if persons else ""
        return f"{label}{whose}，{amount}"

    def payment(self, payee: str, paid: Sequence[str], starts: str | None, form: str) -> str:
        since = f"{'；均' if len(paid) > 1 else '，'}自{starts}起" if starts else ""
        kind = {"cash": "", "loan": "（贷款）", "kind": "（实物）"}[form]
        return f"发给{payee}{kind}：{'；'.join(paid)}{since}。"

    def not_settled(self, names: Sequence[str]) -> str:
        return f"尚不能确定是否发放、发放多少：{'、'.join(names)}。"

    def counted_from(self, day: str, confirmed: str | None) -> str:
        counted = f"起付月份按{day}作出决定计；"
        if confirmed is None:
            return f"{counted}决定作出的日期不同，起付月份随之变动。"
        return f"{counted}登记的确认日期为{confirmed}，当日已经确认的待遇，起付月份按该日计。"

    def confirmed_once(self, day: str, programmes: Sequence[str]) -> str:
        return f"确认日期只登记了一个（{day}），{'、'.join(programmes)}的期限都按该日完成计；另日确认的，另案登记。"

    def right_ends(self, by: str, unpaid: str) -> str:
        return f"按已登记的情况，至{by}即不再符合条件，自{unpaid}起不发放。"

    def ended(self, month: str, day: str) -> str:
        return f"目前发放的待遇：按{day}作出决定计，发放至{month}（含）。"

    def run_out(self, day: str, unpaid: str) -> str:
        return f"目前发放的待遇：渐退期已于{day}届满，自{unpaid}起不再发放。"

    def phase_out_over(self, end: str, *, ended: bool) -> str:
        return f"渐退期已于{end}届满。" if ended else f"现已重新符合条件，原定至{end}的渐退期不再执行。"

    def replaced(self, former: str, last: str, first: str) -> str:
        return f"目前每月发放的{former}发放至{last}（含），自{first}起按新的数额发放。"

    def nothing(self, amount: str, former: str | None) -> str:
        ends = f"；目前每月发放的{former}不再发放" if former else ""
        return f"应发金额：按规定计算为每月{amount}{ends}。"

    def entitlement(self, programme: str, label: str, persons: str | None, to: Sequence[str], *, may: bool) -> str:
        whose = f"（{persons}）" if persons else ""
        given = f"：{'、'.join(to)}" if to else ""
        named = f"：{label}" if label != programme else ""
        return f"{programme}{whose}{named}{given}{'（可以给予）' if may else ''}。"

    def referral(
        self,
        label: str,
        persons: str | None,
        to: Sequence[str],
        due: str | None,
        task: str | None,
        *,
        offices: bool,
    ) -> str:
        whose = f"（{persons}）" if persons else ""
        where = f"{'，转' if offices else '：'}{'、'.join(to)}" if to else ""
        when = f"，最迟于{due}办理" if due else ""
        return f"{label}{whose}{where}{f'，{task}' if task else ''}{when}。"

    def time_counts(self, day: str) -> str:
        return f"办理期限自{day}起算。"

    def gate(self, label: str, *, needed: bool | None, certain: bool, task: str | None, unknown: str) -> str:
        if needed is None:
            return f"{label}：是否需要尚不能确定；尚缺：{unknown}。"
        said = ("需要" if certain else "是否需要尚不能确定，确定前按需要办理") if needed else "可以免去"
        return f"{label}：{said}{f'，{task}' if task else ''}。"

    def deadline(self, label: str, deadline: Deadline, due: str, done: str | None) -> str:
        longer = "（已按规定延长）" if deadline.extended else ""
        return {
            "running": f"{label}：最迟应于{due}完成{longer}。",
            "met": f"{label}：已于{done}按期完成，期限为{due}{longer}。",
            "late": f"{label}：已于{done}完成，超过期限{due}{longer}。",
            "overdue": f"{label}：期限{due}已过，尚未完成{longer}。",
            "undetermined": f"{label}：期限为{due}{longer}；是否已完成未登记。",
        }[deadline.state]

    def passed(self, day: str) -> str:
        return f"{day}（已过）"

    def estimated(self, day: str) -> str:
        return f"{day}（估算：其间的放假安排尚未公布）"

    def deadline_open(self, label: str, due: str, extended: str, unknown: str) -> str:
        days = f"最迟应于{due}完成；按规定延长的，最迟应于{extended}完成"
        return f"{label}：{days}。是否延长尚不能确定，尚缺：{unknown}。"

    def cadence(self, label: str, about: str | None, due: str, *, overdue: bool) -> str:
        whose = f"（{about}）" if about else ""
        return f"{label}{whose}：" + (f"最迟应于{due}进行，已逾期。" if overdue else f"下一次最迟应于{due}进行。")

    def check(self, label: str, persons: str | None, state: str, shortfall: str | None, why: str) -> str:
        whose = f"（{persons}）" if persons else ""
        lacks = between(shortfall or "", "至")
        short = f"，相差{lacks}" if lacks and lacks not in why else ""
        said = {"not_kept": f"目前没有做到{short}", "undetermined": "是否做到，尚不能确定"}[state]
        return f"要求{quoted(label)}{whose}：{said}。{why}。"

    def asked_office(self, offices: Sequence[str]) -> str:
        return "、".join(offices) or "经办机构"

    def asked(self, whom: str, what: str) -> str:
        return f"{whom}：{what}"

    def missing(
        self,
        labels: Sequence[str],
        kind: str,
        persons: str | None,
        settles: str,
        bears_on: str,
        lapsed: str | None,
        begins: str | None,
        known: str | None,
    ) -> str:
        named = "、".join(quoted(label) for label in labels) + (f"（{persons}）" if persons else "")
        said = {
            "fact": f"{named}未登记",
            "list": f"{named}未登记（没有的也须写明）",
            "finding": f"{named}尚待认定",
            "parameter": f"当地标准{named}尚未给定",
        }[kind]
        if lapsed is not None and kind == "parameter":
            later = "此后的尚未给定" if known is None else f"截至{known}未公布此后的数值"
            said = f"{named}的数值适用至{lapsed}，{later}"
        elif lapsed is not None:
            said = f"{named}的认定自{lapsed}起失效，尚待重新认定"
        if begins is not None:
            said = f"{named}自{begins}起才有数值"
        turns_on = f"涉及：{bears_on}。" if bears_on else "视其他情况而定，可能不需要。"
        return f"{said}；" + (f"补充后即可确定：{settles}。" if settles else turns_on)

    def deadlines_open(self, labels: Sequence[str], deadlines: Sequence[str]) -> str:
        missing, open_ = ("、".join(quoted(name) for name in names) for names in (labels, deadlines))
        return f"{missing}未登记，有关期限尚不能确定：{open_}。"

    def reading(self, rule: str, label: str, option: str | None, alternatives: Sequence[str], *, default: bool) -> str:
        if option is None:
            return f"{rule}：{label}。"
        chosen = f"采用{quoted(option)}" if default else f"按选定采用{quoted(option)}"
        other = f"；另一种理解是{'或者'.join(map(quoted, alternatives))}" if alternatives else ""
        return f"{rule}：{label}。{chosen}{other}。"

    def notice(self, about: str, text: str) -> str:
        return f"{about}：{text}。"

    def convention(self, sentence: str, rules: Sequence[str]) -> str:
        return f"{'、'.join(dict.fromkeys(rules))}：{sentence}。"

    def differs(self, names: Sequence[str]) -> str:
        return f"复核引擎对下列结论的推导不一致，以精确计算为准：{'、'.join(names)}。"
