"""The sentences of letters that name what is decided: a household, or what the pack is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from aidrules.decision.figures import date_text
from aidrules.decision.words.base import capital
from aidrules.language.subject import HOUSEHOLD, SubjectModel


class EnglishAddressed:
    """What is said in English of the subject of a letter."""

    title = "Statement on a case of social assistance"
    office = "For the agency, and no part of the statement to the family"
    payees: Mapping[str, str] = {
        "household": "the household",
        "member": "the person",
        "carer": "the carer",
        "guardian": "the guardian",
        "institution": "the institution",
        "workshop": "the workshop",
    }

    def __init__(self, subject: SubjectModel = HOUSEHOLD) -> None:
        self._subject = subject.en
        if not subject.is_household:
            self.title = "Statement on a case"
            self.office = f"For the agency, and no part of the statement to the {subject.en}"
            self.payees = {**self.payees, subject.name: f"the {subject.en}"}

    def opening(
        self, subject_id: str | None, on: date, law: date, known: date | None, pack: str, overlays: Sequence[str]
    ) -> tuple[str, ...]:
        facts, rules = date_text(on, "en"), date_text(law, "en")
        when = f"Facts as of {facts}, under the rules in force on {'that day' if on == law else rules}"
        if known is not None:
            when += f", with the figures announced by {date_text(known, 'en')}"
        whose = (f"{capital(self._subject)}: {subject_id}",) if subject_id else ()
        laid = (f"Laid over these rules, and going before them where they differ: {'; '.join(overlays)}.",)
        return (*whose, f"{when}: {pack}.", *(laid if overlays else ()))

    def named(self, title: str, name: str) -> str:
        return f"{title} ({name})" if title != name else name

    def asked_family(self, persons: str | None) -> str:
        return capital(persons or f"the {self._subject}")


class ChineseAddressed:
    """What is said in Chinese of the subject of a letter."""

    title = "社会救助审核情况说明"
    office = "以下供经办机构使用，不属于给家庭的说明"
    payees: Mapping[str, str] = {
        "household": "家庭",
        "member": "本人",
        "carer": "照料护理人",
        "guardian": "监护人",
        "institution": "供养服务机构",
        "workshop": "工坊",
    }

    def __init__(self, subject: SubjectModel = HOUSEHOLD) -> None:
        self._subject = subject.zh
        self._whole = "全家" if subject.is_household else subject.zh
        if not subject.is_household:
            self.title = "审核情况说明"
            self.office = f"以下供经办机构使用，不属于给{subject.zh}的说明"
            self.payees = {**self.payees, subject.name: subject.zh}

    def opening(
        self, subject_id: str | None, on: date, law: date, known: date | None, pack: str, overlays: Sequence[str]
    ) -> tuple[str, ...]:
        facts, rules = date_text(on, "zh"), date_text(law, "zh")
        applied = "当日" if on == law else rules
        when = f"{self._subject}情况截至{facts}，适用{applied}有效的规定"
        if known is not None:
            when += f"，只采用截至{date_text(known, 'zh')}已公布的数值"
        whose = (f"{self._subject}编号：{subject_id}",) if subject_id else ()
        laid = (f"上述规定之上另有叠加文件，不一致的以叠加文件为准：{'；'.join(overlays)}。",)
        return (*whose, f"{when}：{pack}。", *(laid if overlays else ()))

    def named(self, title: str, name: str) -> str:
        return f"{title}（{name}）" if title != name else name

    def asked_family(self, persons: str | None) -> str:
        return persons or self._whole
