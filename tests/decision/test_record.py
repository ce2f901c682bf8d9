"""Records: canonical, with a digest of their own, computed again years later."""

from __future__ import annotations

import json
import pickle
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from vale import PACKS, decided, pack, wages

from aidrules import load
from aidrules.decision import verify
from aidrules.decision.canonical import canonical
from aidrules.decision.differences import Absence
from aidrules.errors import RecordError


def changed(record: str, **changes: Any) -> str:
    """The record with other content and a digest that fits it."""
    content = {**json.loads(record), **changes}
    content.pop("digest")
    body = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return json.dumps({**content, "digest": f"sha256:{sha256(body.encode()).hexdigest()}"}, ensure_ascii=False)


def test_a_record_verifies() -> None:
    found = verify(decided([{"marked": None}]).record(), path=PACKS)
    assert (found.state, found.differences, found.notes) == ("verified", (), ())
    assert str(found) == "Every figure of this record follows from its inputs."


def test_a_record_is_canonical() -> None:
    record = decided().record()
    assert record == decided().record()
    content = json.loads(record)
    assert record == json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    rest = {key: value for key, value in content.items() if key != "digest"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert content["digest"] == "sha256:" + sha256(text.encode()).hexdigest()
    assert content["pack"]["id"] == "vale/county" and content["on"] == "2025-06-15"
    assert content["decision"]["outcomes"]["allowance"]["monthly"] == "600.00"


def test_a_record_holds_what_was_laid_over_the_pack_and_what_was_given() -> None:
    overlay = {
        "overlay": "higher",
        "source": "vale-act",
        "parameters": {"line": {"values": [{"is": {"urban": "900"}}]}},
    }
    rules = (
        pack()
        .with_overlay(overlay)
        .with_readings({"allowance.means.on_the_line": "inside"})
        .with_parameters({"rate[ill]": "25%"})
    )
    record = decided([{"marked": None}], rules=rules).record()
    content = json.loads(record)
    assert content["parameters"] == {"rate[ill]": "25%"}
    assert content["readings"] == {"allowance.means.on_the_line": "inside"}
    assert json.loads(content["overlays"][0]["content"]) == overlay
    verification = verify(record, path=PACKS)
    assert verification and verification.notes == ()


def test_facts_that_were_left_unknown_stay_unknown() -> None:
    record = decided([{"marked": None, "died_on": None}]).record()
    (member,) = json.loads(record)["household"]["members"]
    assert "died_on" in member and member["died_on"] is None and "sex" not in member
    assert verify(record, path=PACKS)


def test_a_changed_figure_is_found_and_named() -> None:
    record = decided([{"marked": None}]).record().replace('"monthly":"700.00"', '"monthly":"900.00"')
    found = verify(record, path=PACKS)
    assert found.state == "altered" and not found
    assert (found.digest_ok, found.figures_differ, found.pack_changed) == (False, True, False)
    assert str(found.differences[0]) == 'outcomes.allowance.monthly: recorded "900.00", computed "700.00"'
    assert "its digest is not that of its content" in found.notes[0]


def test_what_a_record_holds_turns_no_line_around() -> None:
    content = json.loads(decided().record())
    content["decision"]["outcomes"]["allowance"]["status"] = "a\u202eb\x1b[2J"
    found = verify(json.dumps(content), path=PACKS)
    assert r'outcomes.allowance.status: recorded "a\u202eb\u001b[2J", computed "eligible"' in str(found).split("\n")


def test_a_change_of_the_inputs_shows_in_what_follows_from_them() -> None:
    record = decided([{**wages(100), "marked": None}]).record()
    household = json.loads(record)["household"]
    household["members"][0]["incomes"][0]["amount"] = "200.00"
    found = verify(changed(record, household=household), path=PACKS)
    assert found.state == "differs" and found.notes == ()
    assert "outcomes.allowance.monthly" in {difference.path for difference in found.differences}


def written(folder: Path, old: str = "", new: str = "") -> str:
    """The invented county in a folder of its own, with one thing changed."""
    county = folder / "vale" / "county"
    county.mkdir(parents=True, exist_ok=True)
    (folder / "sources.yaml").write_text((PACKS / "sources.yaml").read_text("utf-8"), "utf-8")
    text = (PACKS / "vale" / "county" / "pack.yaml").read_text("utf-8")
    assert old in text
    (county / "pack.yaml").write_text(text.replace(old, new, 1) if old else text, "utf-8")
    return text


def test_other_words_are_reported_and_the_record_verifies(tmp_path: Path) -> None:
    record = decided([{"marked": None}]).record()
    written(tmp_path, "en: living allowance", "en: allowance to live on")
    found = verify(record, path=tmp_path)
    assert (found.state, bool(found), found.figures_differ) == ("reworded", True, False)
    assert found.wording_differs and found.pack_changed and found.digest_ok
    assert 'Words: outcomes.allowance.label.en: recorded "living allowance", computed "allowance to live on"' in str(
        found
    )


def test_a_value_that_is_added_to_the_pack_is_no_other_figure(tmp_path: Path) -> None:
    record = decided([{"marked": None}]).record()
    text = written(tmp_path, "definitions:\n", "definitions:\n  fresh: {value: count(members), zh: 新, en: fresh}\n")
    assert "fresh" not in text
    found = verify(record, path=tmp_path)
    assert found and found.pack_changed and not found.figures_differ


def of_another_pack(change: Any = dict) -> str:
    """A record that names another digest than the pack has, and has something else changed in it."""

    def forge(content: Any) -> None:
        for pack_named in (content["pack"], content["decision"]["pack"]):
            pack_named["digest"] = "0" * 64
        change(content)

    return forged(forge, decided([{"marked": None}]).record())


def test_a_record_of_another_pack_says_so_though_every_figure_follows() -> None:
    found = verify(of_another_pack(), path=PACKS)
    assert (found.state, bool(found), found.pack_changed, found.rewordings) == ("reworded", True, True, ())
    assert str(found).startswith("Every figure of this record follows from its inputs, but by another pack than")
    assert f"The record names another pack than the vale/county here: its digest is {'0' * 64}" in str(found)


@pytest.mark.parametrize(
    "change",
    [
        lambda trace: trace.update(rules=[]),
        lambda trace: trace["rules"].pop(),
        lambda trace: trace.update(values=[]),
        lambda trace: trace["values"].append({**trace["values"][0], "name": "ghost"}),
        lambda trace: trace.update(parameters=[]),
        lambda trace: trace["parameters"][0].update(given=True),
        lambda trace: trace["parameters"][0].update(label={"zh": "假", "en": {"result": "99999"}}),
        lambda trace: [rule.update(steps=[]) for rule in trace["rules"]],
        lambda trace: [step.update(inputs=[]) for rule in trace["rules"] for step in rule["steps"]],
        lambda trace: [step.update(unit="CNY/year") for rule in trace["rules"] for step in rule["steps"]],
        lambda trace: [rule["steps"].append({"about": "ghost", "result": "99999"}) for rule in trace["rules"]],
    ],
)
def test_parts_of_a_trace_are_no_words_whatever_pack_the_record_names(change: Any) -> None:
    found = verify(of_another_pack(lambda content: change(content["decision"]["trace"])), path=PACKS)
    assert found.state == "differs" and all(one.path.startswith("trace.") for one in found.differences), str(found)


def emptied(readings: list[Any]) -> None:
    readings.clear()


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        (emptied, ["readings"]),
        (lambda readings: chosen(readings).update(name="ghost"), ["readings[ghost]", "readings[TAKEN]"]),
        (lambda readings: chosen(readings).update(option="other"), ["readings[TAKEN].option"]),
        (lambda readings: chosen(readings).update(default=False), ["readings[TAKEN].default"]),
    ],
)
def test_which_readings_were_taken_is_no_matter_of_words(change: Any, paths: list[str]) -> None:
    record = of_another_pack(lambda content: change(content["decision"]["readings"]))
    name = chosen(decided([{"marked": None}]).to_dict()["readings"])["name"]
    found = verify(record, path=PACKS)
    assert found.state == "differs" and [one.path.replace(name, "TAKEN") for one in found.differences] == paths


def chosen(readings: list[Any]) -> Any:
    """A reading with options."""
    return next(reading for reading in readings if reading["option"] is not None)


def test_words_of_a_reading_are_words() -> None:
    record = of_another_pack(lambda content: content["decision"]["readings"][0]["label"].update(en="told otherwise"))
    found = verify(record, path=PACKS)
    assert found.state == "reworded" and len(found.rewordings) == 1


OVERLAY = "overlay: higher\nsource: vale-act\nparameters: {line: {values: [{is: {urban: 900}}]}}\n"


def test_a_record_does_not_depend_on_where_an_overlay_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        file = tmp_path / name / f"{name}.yaml"
        file.write_text(OVERLAY, "utf-8")
        monkeypatch.chdir(tmp_path / name)
        records.append(decided([{"marked": None}], rules=pack().with_overlay(file)).record())
    assert records[0] == records[1] and str(tmp_path) not in records[0] and "one.yaml" not in records[0]


def test_a_shipped_overlay_that_says_something_else_now_is_noted(tmp_path: Path) -> None:
    written(tmp_path)
    overlay = tmp_path / "vale" / "overlays" / "high.yaml"
    overlay.parent.mkdir()
    overlay.write_text(OVERLAY, "utf-8")
    record = decided([{"marked": None}], rules=load("vale/county", path=tmp_path, overlays=["vale/overlays/high"]))
    text = record.record()
    assert verify(text, path=tmp_path).notes == ()
    overlay.write_text(OVERLAY.replace("900", "950"), "utf-8")
    found = verify(text, path=tmp_path)
    assert found.state == "verified"
    assert found.notes == ("The overlay vale/overlays/high says something else now; the record's copy was used.",)
    overlay.unlink()
    assert "cannot be read any more" in verify(text, path=tmp_path).notes[0]


def test_a_pack_that_has_changed_since_is_noted(tmp_path: Path) -> None:
    record = decided([{"marked": None}]).record()
    written(tmp_path, "urban: 700", "urban: 710")
    found = verify(record, path=tmp_path)
    assert found.state == "differs" and found.pack_changed and found.digest_ok
    assert "The record names another pack than the vale/county here" in found.notes[0]
    assert 'outcomes.allowance.monthly: recorded "700.00", computed "710.00"' in str(found)


def test_another_version_of_the_library_is_noted() -> None:
    record = changed(decided([{"marked": None}]).record(), library={"name": "aidrules", "version": "0.0.1"})
    found = verify(record, path=PACKS)
    assert (found.state, found.library_changed) == ("verified", True)
    assert "Recorded by aidrules 0.0.1, computed again by" in str(found)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "this is not JSON as a record has it"),
        ("[1]", "this is not a JSON object"),
        ("{}", "format null, without chain, confidential, decision"),
        ('{"a": 1, "a": 2}', "a key stands twice"),
        ('{"a": 1.5}', "the number 1.5 is not exact"),
        ('{"a": NaN}', "the number NaN is not exact"),
        ("[" * 100_000, "this is not JSON as a record has it"),
        ("[" + "{}," * 1_100_000 + "{}]", "the text has more than 1,000,000 values"),
        ('{"format": "aidrules record 2"}', "expected format 'aidrules record 1'"),
    ],
)
def test_what_is_no_record_is_refused(text: str, says: str) -> None:
    with pytest.raises(RecordError) as error:
        verify(text)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"pack": {"id": "vale/count", "digest": "", "layers": []}}, "there is no pack 'vale/count'"),
        ({"on": "soon"}, 'on: "soon" is not a day of the calendar; expected a date written YYYY-MM-DD'),
        ({"on": "2025-13-01"}, 'on: "2025-13-01" is not a day of the calendar; expected a date written YYYY-MM-DD'),
        ({"law": "20250601"}, 'law: "20250601" is not a day of the calendar; expected a date written YYYY-MM-DD'),
        ({"known": ""}, 'known: "" is not a day of the calendar; expected a date written YYYY-MM-DD'),
        ({"household": {"members": []}}, "members"),
        ({"parameters": {"nothing": "1"}}, "there is no parameter 'nothing'"),
        ({"household": 3}, "household: this has another form than it should; expected an object"),
    ],
)
def test_a_record_that_cannot_be_computed_any_more_says_why(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(RecordError) as error:
        verify(changed(decided().record(), **changes), path=PACKS)
    assert says in str(error.value)


def test_only_what_was_withheld_may_be_added() -> None:
    with pytest.raises(RecordError, match=r"members\[0\]\.sex was not withheld"):
        verify(decided().record(), path=PACKS, confidential={"members[0].sex": "female"})


def forged(change: Any, record: str | None = None) -> str:
    """A record with something changed in it and a digest that fits."""
    content = json.loads(record or decided([{"marked": True}]).record())
    change(content)
    return changed(canonical(content), **content)


def trace_results(content: Any) -> None:
    for rule in content["decision"]["trace"]["rules"]:
        for step in rule["steps"]:
            step["result"] = "999999"


@pytest.mark.parametrize(
    "path", ["x", "", "members.x", "members[99].marked", "members[0].trade", "members[0]", "members[0].marked.x"]
)
def test_what_is_withheld_is_a_confidential_fact_of_the_household(path: str) -> None:
    def change(content: Any) -> None:
        content["withheld"] = [path]
        trace_results(content)

    with pytest.raises(RecordError, match="nothing confidential is at"):
        verify(forged(change), path=PACKS)


def test_what_is_withheld_is_not_written_out() -> None:
    record = decided([{"marked": True}]).record(confidential=True)
    with pytest.raises(RecordError, match="both withheld and written out"):
        verify(forged(lambda content: content.update(withheld=["members[0].marked"]), record), path=PACKS)


def _set(content: Any, path: str, value: object) -> None:
    *way, last = path.split(".")
    for step in way:
        content = content[step]
    content[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("decision.missing", [{"forged": 1}]),
        ("decision.outcomes.allowance.monthly", "9999.00"),
        ("decision.outcomes.allowance.label.en", "something else"),
        ("decision.outcomes.fresh", None),
        ("decision.chain.order", ["x"]),
        ("decision.chain.engine", "forged"),
        ("decision.pack.title.en", "something else"),
        ("decision.pack.digest", "something else"),
        ("decision.pack.layers", ["something else"]),
        ("decision.pack", None),
        ("decision.fresh", None),
        ("decision.fresh", "(absent)"),
        ("decision.outcomes.fresh", "(absent)"),
        ("decision.trace.rules", {}),
        ("pack.layers", ["something else"]),
        ("confidential", []),
    ],
)
def test_whatever_is_forged_is_found_though_something_is_withheld(path: str, value: object) -> None:
    found = verify(forged(lambda content: _set(content, path, value)), path=PACKS)
    assert found.state == "differs", str(found)


def test_a_forged_trace_is_found_though_something_is_withheld() -> None:
    found = verify(forged(trace_results), path=PACKS)
    assert found.state == "differs" and all(one.path.startswith("trace.") for one in found.differences)


def rules_by_name(content: Any) -> None:
    trace = content["decision"]["trace"]
    trace["rules"] = {rule["rule"]: rule for rule in trace["rules"]}


def test_a_list_of_rules_is_no_object_of_them() -> None:
    found = verify(forged(rules_by_name, decided([{"marked": None}]).record()), path=PACKS)
    assert (found.state, [one.path for one in found.differences]) == ("differs", ["trace.rules"])


def test_something_more_in_a_record_is_told_as_not_there_now() -> None:
    record = decided([{"marked": None}]).record()
    (found,) = verify(forged(lambda content: _set(content, "decision.fresh", "(absent)"), record), PACKS).differences
    assert str(found) == 'fresh: recorded "(absent)", computed (absent)'
    assert pickle.loads(pickle.dumps(found)) == found and found.computed is Absence.ABSENT


def test_a_record_from_before_a_field_was_added_verifies() -> None:
    def older(content: Any) -> None:
        assert content["decision"].pop("doubts") == []

    assert verify(forged(older, decided([{"marked": None}]).record()), PACKS).state == "verified"
    made_up = forged(lambda content: _set(content, "decision.doubts", [1]), decided([{"marked": None}]).record())
    assert verify(made_up, PACKS).differences


def test_what_is_missing_stands_in_its_order() -> None:
    record = decided([{"marked": None, "birth_date": None}], residence=None).record()
    assert len(json.loads(record)["decision"]["missing"]) > 1

    def reverse(content: Any) -> None:
        content["decision"]["missing"].reverse()

    found = verify(forged(reverse, record), path=PACKS)
    assert found.state == "differs" and all(one.path.startswith("missing[") for one in found.differences)


def test_it_does_so_where_something_else_is_withheld() -> None:
    unknown = {"birth_date": None, "trade": None, "disability": None}
    record = decided([{"marked": True, **unknown}], residence=None).record()
    assert json.loads(record)["withheld"] == ["members[0].marked"] and verify(record, path=PACKS).state == "incomplete"
    found = verify(forged(lambda content: content["decision"]["missing"].reverse(), record), path=PACKS)
    assert found.state == "differs" and [one.path for one in found.differences] == ["missing"]


@pytest.mark.parametrize("missing", [[7], [{"input": "a"}], [{"input": "a", "settles": [3], "bears_on": []}], "x"])
def test_a_list_of_what_is_missing_of_another_form_is_found_where_something_is_withheld(missing: object) -> None:
    found = verify(forged(lambda content: content["decision"].update(missing=missing)), path=PACKS)
    assert found.state == "differs" and {one.path.partition("[")[0] for one in found.differences} == {"missing"}


def with_shipped_overlay(folder: Path, name: str) -> str:
    """A record of a decision under an overlay that lies among the packs of a folder."""
    written(folder)
    overlay = folder / "vale" / "overlays" / "high.yaml"
    overlay.parent.mkdir()
    overlay.write_text(OVERLAY.replace("overlay: higher", f"overlay: {name}"), "utf-8")
    return decided([{"marked": None}], rules=load("vale/county", path=folder, overlays=["vale/overlays/high"])).record()


def test_an_overlay_has_the_id_that_it_calls_itself(tmp_path: Path) -> None:
    record = with_shipped_overlay(tmp_path, "vale/overlays/high")
    assert verify(record, path=tmp_path).state == "verified"
    found = verify(forged(lambda content: content["overlays"][0].update(id="vale/overlays/low"), record), path=tmp_path)
    assert (found.state, [str(one) for one in found.differences]) == (
        "differs",
        ['overlays[0].id: recorded "vale/overlays/low", computed "vale/overlays/high"'],
    )


@pytest.mark.parametrize("name", ["x\n\x1b[2Jverified", "../../etc/passwd", "\u202e", "", "x.yaml"])
def test_the_id_of_an_overlay_has_the_form_of_one(name: str, tmp_path: Path) -> None:
    record = with_shipped_overlay(tmp_path, "high")
    with pytest.raises(RecordError, match=r"overlays\[0\]: this has another form than it should"):
        verify(forged(lambda content: content["overlays"][0].update(id=name), record), path=tmp_path)


@pytest.mark.parametrize("letter", ["\ud800", "\x00", "\u202e", "\u2028", "\x1b", "\n", "\r"])
def test_the_name_of_an_overlay_is_shown_before_it_is_refused(letter: str, tmp_path: Path) -> None:
    def change(content: Any) -> None:
        overlay = json.loads(content["overlays"][0]["content"])
        content["overlays"][0]["content"] = json.dumps({**overlay, "overlay": f"{letter}x"})

    with pytest.raises(RecordError, match=r"in the name of the overlay|invisible character") as error:
        verify(forged(change, with_shipped_overlay(tmp_path, "high")), path=tmp_path)
    assert len(error.value.problems) == 2 and letter not in str(error.value.problems[1])


def test_an_overlay_in_a_record_is_no_name_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret.yaml"
    file.write_text("password: hunter2", "utf-8")
    for content in (json.dumps(str(file)), '"vale/overlays/high"', "[]", "{", "[" * 100_000):
        overlay = [{"name": "x", "id": None, "content": content}]
        with pytest.raises(RecordError, match=r"overlays\[0\]: this has another form") as error:
            verify(changed(decided().record(), overlays=overlay), path=PACKS)
        assert "hunter2" not in str(error.value) and "password" not in str(error.value)


WRONG: tuple[object, ...] = (None, 5, "x", [], [1], {}, {"a": 1}, [[1]], True, ["members[0]"])
KEYS = (
    "chain", "confidential", "decision", "digest", "format", "household", "law", "library", "on", "overlays", "pack",
    "parameters", "readings", "withheld", "approved_by",
)  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_malformed_records_are_refused_or_do_not_verify(key: str) -> None:
    record = decided([{"marked": True}]).record()
    for value in WRONG:
        if json.loads(record).get(key) == value:
            continue
        try:
            assert not verify(changed(record, **{key: value}), path=PACKS)
        except RecordError as error:
            assert str(error)


@pytest.mark.parametrize("confidential", [[1], 5, "x", {5: True}, {"members[9].marked": True}])
def test_what_is_added_is_by_path(confidential: Any) -> None:
    with pytest.raises(RecordError, match="confidential"):
        verify(decided([{"marked": True}]).record(), path=PACKS, confidential=confidential)


def test_a_byte_order_mark_before_a_record_is_no_part_of_it() -> None:
    record = decided().record(confidential=True)
    for marked in ("\ufeff" + record, b"\xef\xbb\xbf" + record.encode()):
        assert verify(marked, path=PACKS).state == "verified"
    with pytest.raises(RecordError, match="this is not JSON"):
        verify("\ufeff\ufeff" + record, path=PACKS)


@pytest.mark.parametrize("record", [None, 5, [], "{" * 990, b"\xff"])
def test_only_the_text_of_a_record_is_one(record: Any) -> None:
    with pytest.raises(RecordError):
        verify(record)
