"""Packs about something else than a household: decided, told, recorded and computed in columns like any other."""

from __future__ import annotations

import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from arcadia import Write
from workshop import WORKSHOP

import aidrules
from aidrules import Household, Pack, frames
from aidrules.errors import AidrulesError, DecisionError, FactsError, FilesError, PackError

ON = date(2023, 6, 1)
STAYED, NEW, POOR = (
    {"lifted": True, "employed": months, "average_wage": wage} for months, wage in ((12, 1000), (6, 1000), (6, 999))
)


@pytest.fixture
def pack(write: Write) -> Pack:
    return aidrules.load("works", path=write({"works/pack.yaml": WORKSHOP}))


def workshop(pack: Pack, *workers: dict[str, Any], **facts: Any) -> Any:
    known = {"id": "w1", "recognised": True, "in_platform": True, "payments": [], "steps": [], "participants": []}
    return pack.Subject.model_validate({**known, "workers": workers, **facts})


CASES = {
    29000: [*[STAYED] * 9, *[NEW] * 10, POOR, *[{**STAYED, "lifted": False}] * 4],
    39000: [*[STAYED] * 9, *[NEW] * 11],
    0: [NEW] * 4,
    10000: [NEW] * 9,
    20000: [NEW] * 10,
}


@pytest.mark.parametrize("paid", CASES)
def test_a_workshop_is_paid_by_its_workers(pack: Pack, paid: int) -> None:
    decision = aidrules.decide(workshop(pack, *CASES[paid]), pack, on=ON)
    assert decision.outcomes["awards"].status == "eligible"
    assert sum(line.amount or 0 for line in decision.payments) == paid
    assert {line.payee for line in decision.payments} <= {"workshop"}


def test_columns_say_the_same_as_one_by_one(pack: Pack) -> None:
    given = [workshop(pack, *workers, id=f"w{paid}") for paid, workers in CASES.items()]
    given += [workshop(pack, NEW, id="open", in_platform=None), workshop(pack, id="refused", recognised=False)]
    frame = frames.from_households(given, pack)
    assert frames.to_households(frame, pack) == given
    found = aidrules.simulate(frame, pack, on=ON)
    for row, one in zip(found.frame.iter_rows(named=True), given, strict=True):
        decision = aidrules.decide(one, pack, on=ON)
        assert row["awards.status"] == decision.outcomes["awards"].status
        assert row["id"] == one.id


def test_a_workshop_has_what_its_pack_asks_and_what_was_paid_and_done(pack: Pack) -> None:
    assert pack.subject.name == "workshop" and not pack.subject.is_household
    assert list(pack.Subject.model_fields) == [
        "id", "benefits", "payments", "steps", "participants", "recognised", "in_platform", "workers", "findings",
    ]  # fmt: skip
    schema = pack.household_schema()
    assert (schema["$id"], schema["title"]) == ("aidrules-workshop/works", "Workshop for works")
    assert schema["properties"]["id"]["x-label-zh"] == "车间编号"
    one = workshop(pack, NEW)
    assert pickle.loads(pickle.dumps(one)) == one
    assert pickle.loads(pickle.dumps(pack)).Subject is pack.Subject
    with pytest.raises(FactsError, match="members"):
        pack.Subject.model_validate({"members": [{"id": "a"}]})
    with pytest.raises(FactsError, match="it is in everything the same as payments"):
        workshop(pack, payments=[{"rule": "awards.award", "amount": 1, "paid_on": "2022-01-01"}] * 2)


def test_what_was_paid_and_done_is_read(pack: Pack) -> None:
    done = {"step": "notice", "begun_on": "2023-05-01", "done_on": "2023-05-07", "result": "passed"}
    first = workshop(pack, NEW, steps=[done], findings={"inspected": {"value": True}})
    decision = aidrules.decide(first, pack, on=ON)
    assert [one.rule for one in decision.referrals] == ["awards.first"]
    assert [one.stands_at for one in decision.procedures] == [None]
    paid = [{"rule": "awards.award", "amount": 10000, "paid_on": "2022-06-01"}]
    again = workshop(pack, NEW, payments=paid, findings={"inspected": {"value": True}})
    assert not aidrules.decide(again, pack, on=ON).referrals


def test_letters_name_what_the_pack_is_about(pack: Pack) -> None:
    decision = aidrules.decide(workshop(pack, STAYED, in_platform=None), pack, on=ON)
    english, chinese = decision.explain("en"), decision.explain("zh")
    assert english.startswith("Statement on a case\nWorkshop: w1\n")
    assert "The workshop: “entered in the platform” is not recorded" in english
    assert chinese.startswith("审核情况说明\n车间编号：w1\n车间情况截至2023年6月1日")
    assert "车间：“已录入平台”未登记" in chinese
    paid = aidrules.decide(workshop(pack, *CASES[29000]), pack, on=ON)
    assert "To the workshop: award, 20000.00 yuan" in paid.explain("en")
    assert "车间" in paid.explain("zh") and "家庭" not in paid.explain("zh") + chinese
    for text in (english, paid.explain("en")):
        assert not {"household", "family", "member"} & set(text.lower().split())


def test_a_decision_is_recorded_and_verified(pack: Pack) -> None:
    decision = aidrules.decide(workshop(pack, *CASES[29000]), pack, on=ON)
    record = decision.record()
    assert json.loads(record)["household"]["recognised"] is True
    assert aidrules.verify(record, path=pack.content.roots[0])


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("name: workshop,", "name: household,", "Leave subject: out"),
        ("name: workshop,", "name: month,", "name: month, which the language uses itself"),
        ("zh: 车间, ", "", "the key 'zh' is missing"),
        (
            "subject: {name: workshop, zh: 车间, en: workshop}\n",
            "",
            "For a pack about something else, say at its top subject: {name: …, zh: …, en: …}",
        ),
        (
            "employed: {unit: month,",
            "employed: {unit: shift,",
            "Declare a counting unit of the pack's own under units:",
        ),
        ("  workshop:\n", "  household:\n", "unknown subject 'household'; expected one of workshop"),
        ("about: workshop", "about: member", "about: member; expected one of workshop"),
        ("payment: {every: year}\n    rules", "subject: member\n    rules", "the subject member; expected workshop"),
        ("payment: {every: year}\n    rules", "share: {award: equal}\n    rules", "a programme about each workshop"),
        ("for w in workshop.workers", "for w in members", "workshop has no members"),
        ("each: workshop.workers\n        when: worker.stable", "each: member\n        when: true", "has no members"),
        (
            "worker.stable and",
            "member.aged and",
            "This pack is about each workshop, whose facts are written workshop.x",
        ),
        ("when: workshop.recognised and", "when: case.urgent and", "workshop has no case.urgent"),
        (
            "payment: {every: year}",
            "payment: {every: year, payee: household}",
            "the payee household, in a pack that is",
        ),
        ("amount: award_by_workers,", "amount: award_by_workers, payee: member,", "expected workshop, an office or"),
        ("recognised: {type: bool,", "recognised: {refers_to: member,", "in a pack about what has no members"),
        ("    in_platform:", "    payments:", "workshop.payments is a shipped fact already"),
    ],
)
def test_what_does_not_fit_the_subject_is_refused(write: Write, written: str, instead: str, said: str) -> None:
    assert written in WORKSHOP
    rules = write({"works/pack.yaml": WORKSHOP.replace(written, instead, 1)})
    with pytest.raises(PackError) as raised:
        aidrules.load("works", path=rules).on(ON)
    assert said in str(raised.value)


def test_a_name_that_cannot_be_one_is_told_once(write: Write) -> None:
    rules = write({"works/pack.yaml": WORKSHOP.replace("name: workshop,", "name: Workshop,", 1)})
    with pytest.raises(PackError) as raised:
        aidrules.load("works", path=rules)
    assert "subject.name: 'Workshop' cannot be a name" in str(raised.value)
    assert "unknown subject" not in str(raised.value)


HEAD = "pack: works/more\nsource: act\n"


@pytest.mark.parametrize(
    ("wide", "narrow", "said"),
    [
        (WORKSHOP, HEAD + "subject: {name: village, zh: 村, en: village}\n", "says something else than at"),
        (
            "pack: works\nsource: act\n",
            WORKSHOP.replace("pack: works", "pack: works/more"),
            "subject: in a pack that extends works, which is about households. Write extends: none",
        ),
    ],
)
def test_packs_about_different_things_extend_each_other_nowhere(
    write: Write, wide: str, narrow: str, said: str
) -> None:
    rules = write({"works/pack.yaml": wide, "works/more/pack.yaml": narrow})
    with pytest.raises(PackError) as raised:
        aidrules.load("works/more", path=rules)
    assert said in str(raised.value)


def test_a_narrower_pack_is_about_the_same(write: Write) -> None:
    more = HEAD + "inputs: {workshop: {insured: {type: bool}}}\n"
    pack = aidrules.load("works/more", path=write({"works/pack.yaml": WORKSHOP, "works/more/pack.yaml": more}))
    assert pack.subject.name == "workshop"
    assert "insured" in pack.Subject.model_fields


def test_a_household_is_not_decided_by_it_nor_a_workshop_by_others(pack: Pack, write: Write) -> None:
    household = Household.model_validate({"members": [{"id": "a"}]})
    with pytest.raises(DecisionError, match=r"a Household; expected a Workshop of works. Build it with pack\.Subject"):
        aidrules.decide(household, pack, on=ON)  # type: ignore[arg-type]
    decision = aidrules.decide(workshop(pack, NEW), pack, on=ON)
    assert decision.subject == workshop(pack, NEW)
    with pytest.raises(DecisionError, match=r"it is about the workshop, and no household. Use decision\.subject"):
        _ = decision.household
    with pytest.raises(PackError, match=r"works is about each workshop, and takes no household. Use pack\.Subject"):
        _ = pack.Household
    other = WORKSHOP.replace("workshop", "village")
    village = aidrules.load("works", path=write({"works/pack.yaml": other}))
    with pytest.raises(AidrulesError, match="a Workshop; expected a Village of works"):
        aidrules.decide(workshop(pack), village, on=ON)


def test_items_may_be_households(write: Write) -> None:
    text = """
        pack: villages
        source: act
        subject: {name: village, zh: 村, en: village}
        inputs:
          village:
            households:
              list: household
              fields: {monitored: {type: bool}, visits: {unit: "1", max: 99}}
        definitions:
          seen: {each: village.households, value: household.monitored and household.visits >= 2}
          share: {value: "count(h for h in village.households if h.seen) / max(1, count(village.households))"}
        programmes:
          visits: {rules: {aid: {kind: amount, each: village.households, amount: 5 * CNY, payee: household}}}
        """
    pack = aidrules.load("villages", path=write({"villages/pack.yaml": text}))
    homes = [{"monitored": True, "visits": 2}, {"monitored": True, "visits": 1}]
    found = pack.on(ON).run(pack.Subject.model_validate({"households": homes}), ON)
    assert [found.value("seen", place) for place in (0, 1)] == [True, False]
    assert found.value("share") * 2 == 1  # type: ignore[operator]


@pytest.mark.parametrize("name", ["workshop2", "a_workshop_of_more_than_thirty_letters"])
def test_a_name_with_digits_and_a_long_one_count_too(write: Write, name: str) -> None:
    pack = aidrules.load("works", path=write({"works/pack.yaml": WORKSHOP.replace("workshop", name)}))
    assert (
        sum(line.amount or 0 for line in aidrules.decide(workshop(pack, *CASES[29000]), pack, on=ON).payments) == 29000
    )


def test_flat_tables_and_csv_are_for_households(pack: Pack, tmp_path: Path) -> None:
    source, out = tmp_path / "works.csv", tmp_path / "out.csv"
    source.write_text("id,recognised\nw1,true\n", encoding="utf-8")
    members: Path | None
    for members in (None, source):
        with pytest.raises(
            FilesError, match="flat tables and CSV hold households only; expected a Parquet file with a"
        ):
            aidrules.simulate_file(source, out, pack, on=ON, members=members)
    assert not out.exists()
