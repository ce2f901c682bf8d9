"""The command: its exit codes, its outputs, and a sentence for everything that goes wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aidrules.cli import main

PACKS = Path(__file__).parent / "packs"
VALE = ["--pack", "vale/county", "--on", "2025-06-15", "--path", str(PACKS), "--chain", "exact"]
MEMBER = {
    "id": "m1",
    "birth_date": "1985-05-05",
    "illness": {"serious": False},
    "disability": {"grade": 0},
    "incomes": [],
    "trade": "baker",
    "marked": False,
}
FACTS: dict[str, Any] = {
    "id": "h1",
    "residence": "urban",
    "assets": {"vehicles": 0, "commercial_properties": 0},
    "contracted_land": False,
    "expenses": [],
    "benefits": [],
    "events": [],
    "members": [MEMBER],
}


@pytest.fixture
def household(tmp_path: Path) -> str:
    file = tmp_path / "household.json"
    file.write_text(json.dumps(FACTS), encoding="utf-8")
    return str(file)


def run(*args: str, **options: Any) -> Result:
    return CliRunner().invoke(main, [*args], **options)


def test_a_settled_case_ends_with_0(household: str) -> None:
    done = run("decide", household, *VALE)
    assert done.exit_code == 0, done.output
    assert "生活补助：符合条件，每月发放700.00元。" in done.output and done.stderr == ""


def test_an_open_case_ends_with_3(tmp_path: Path) -> None:
    file = tmp_path / "open.json"
    file.write_text(json.dumps({**FACTS, "contracted_land": None}), encoding="utf-8")
    assert run("decide", str(file), *VALE).exit_code == 3
    assert run("decide", str(file), *VALE, "--programme", "allowance").exit_code == 0
    assert run("decide", str(file), *VALE, "--programme", "seed_grant").exit_code == 3


def test_english_and_chosen_programmes(household: str) -> None:
    done = run("decide", household, *VALE, "--lang", "en", "--programme", "allowance")
    assert "Living allowance: eligible, 700.00 yuan a month." in done.output
    assert "Care grant" not in done.output


def test_parameters_readings_and_overlays(household: str, tmp_path: Path) -> None:
    overlay = tmp_path / "town.yaml"
    overlay.write_text(
        "overlay: town\nsource: vale-act\nparameters: {line: {values: [{is: {urban: 900}}]}}\n", encoding="utf-8"
    )
    for given, amount in (
        (["--set", "line[urban]=800"], "800.00"),
        (["--overlay", str(overlay)], "900.00"),
        (["--overlay", str(overlay), "--set", "line[urban]=850 CNY/person/month"], "850.00"),
    ):
        done = run("decide", household, *VALE, "--format", "json", *given)
        assert json.loads(done.output)["outcomes"]["allowance"]["monthly"] == amount
    switched = run("decide", household, *VALE, "--format", "json", "--reading", "allowance.means.on_the_line=inside")
    readings = {entry["name"]: entry["option"] for entry in json.loads(switched.output)["readings"]}
    assert readings["allowance.means.on_the_line"] == "inside"


def test_standard_input_and_html() -> None:
    done = run("decide", "-", *VALE, "--format", "html", input=json.dumps(FACTS))
    assert done.exit_code == 0 and done.output.startswith("<!DOCTYPE html>")


def test_a_decision_as_known_on_another_day(household: str) -> None:
    done = run("decide", household, *VALE, "--known", "2025-05-01", "--format", "json")
    assert json.loads(done.output)["known"] == "2025-05-01"


def test_the_law_may_be_of_another_day(household: str) -> None:
    done = run("decide", household, *VALE, "--law", "2020-06-01", "--format", "json")
    assert (json.loads(done.output)["on"], json.loads(done.output)["law"]) == ("2025-06-15", "2020-06-01")


def test_a_record_is_written_and_verified(household: str, tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    assert run("decide", household, *VALE, "--record", str(record)).exit_code == 0
    withheld = tmp_path / "withheld.json"
    withheld.write_text(json.dumps({"members[0].marked": False}), encoding="utf-8")
    there = ["--path", str(PACKS)]
    done = run("verify", str(record), *there, "--confidential", str(withheld))
    assert (done.exit_code, done.output) == (0, "Every figure of this record follows from its inputs.\n")
    unchecked = run("verify", str(record), *there)
    assert unchecked.exit_code == 3 and "Confidential inputs were withheld" in unchecked.output
    record.write_text(record.read_text("utf-8").replace('"700.00"', '"701.00"'), encoding="utf-8")
    changed = run("verify", str(record), *there, "--confidential", str(withheld))
    assert changed.exit_code == 1
    assert 'outcomes.allowance.monthly: recorded "701.00", computed "700.00"' in changed.output


def test_packs_are_listed(tmp_path: Path) -> None:
    assert "vale/county\t谷地县\n" in run("packs", "--path", str(PACKS)).output
    assert "vale/county\tVale County\n" in run("packs", "--path", str(PACKS), "--lang", "en").output
    assert run("packs", "--path", str(tmp_path / "none")).exit_code == 2


def test_a_pack_is_shown() -> None:
    shown = run("show", "vale/county", "--path", str(PACKS), "--on", "2025-06-15", "--lang", "en").output
    assert "Vale County Allowance Act (县法3号)" in shown
    assert "allowance.means" in shown and "income per person is below the line" in shown
    assert "urban: 700" in shown and "out: equal is not below" in shown


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("allowance.means", "income per person < allowance line"),
        ("allowance.riches", "boat: owns a vehicle: motor vehicles > 0"),
        ("allowance.phase_out", "declining: less month by month"),
        ("per_person", "household income after deductions ÷ the number of members"),
        ("line", "urban: 700"),
    ],
)
def test_one_rule_value_or_parameter_is_shown(name: str, says: str) -> None:
    shown = run("show", "vale/county", name, "--path", str(PACKS), "--on", "2025-06-15", "--lang", "en")
    assert shown.exit_code == 0 and says in shown.output


def test_what_a_narrower_pack_replaced_is_shown() -> None:
    shown = run("show", "vale/county/town", "allowance.supplement", "--path", str(PACKS), "--on", "2025-06-15").output
    assert "替代" in shown and "vale/county" in shown and "谷地县补助法 第四条" in shown


def test_schemas_are_printed() -> None:
    household = json.loads(run("schema", "vale/county", "--path", str(PACKS)).output)
    assert "profile" in json.dumps(household)
    decision = json.loads(run("schema", "vale/county", "--path", str(PACKS), "--decision").output)
    assert decision["$id"] == "aidrules-decision-1"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["decide", "HOUSEHOLD", "--on", "2025-06-15"], "Missing option '--pack'"),
        (["decide", "HOUSEHOLD", "--pack", "vale/county"], "Missing option '--on'"),
        (["decide", "HOUSEHOLD", *VALE, "--on", "15/6/2025"], "'15/6/2025' is not a date; expected one such as"),
        (["decide", "HOUSEHOLD", *VALE, "--on", "20250615"], "'20250615' is not a date; expected one such as"),
        (["decide", "HOUSEHOLD", *VALE, "--on", "2025-W24-7"], "'2025-W24-7' is not a date; expected one such as"),
        (["decide", "HOUSEHOLD", *VALE, "--on", "2035-01-01"], "vale/county is not in force on 2035-01-01"),
        (["decide", "HOUSEHOLD", *VALE, "--set", "line"], "'line' is not of the form name=value"),
        (["decide", "HOUSEHOLD", *VALE, "--set", "line=1", "--set", "line =2"], "'line' is given twice; give it once"),
        (["decide", "HOUSEHOLD", *VALE, "--set", "x" * 500], f"'{'x' * 80}…' is not of the form name=value"),
        (["decide", "HOUSEHOLD", *VALE, "--set", "lines=3"], "there is no parameter 'lines'"),
        (["decide", "HOUSEHOLD", *VALE, "--set", "line[urban]=much"], "line[urban]"),
        (["decide", "HOUSEHOLD", *VALE, "--reading", "allowance.means.on_the_line=up"], "on_the_line"),
        (["decide", "HOUSEHOLD", *VALE, "--overlay", "no/such.yaml"], "no/such.yaml"),
        (["decide", "HOUSEHOLD", *VALE, "--pack", "vale/count"], "there is no pack 'vale/count'"),
        (["decide", "HOUSEHOLD", *VALE, "--pack", "../../etc"], "'../../etc' is not the name of a pack"),
        (["decide", "HOUSEHOLD", *VALE, "--programme", "alowance"], "Did you mean allowance?"),
        (["decide", "HOUSEHOLD", *VALE, "--lang", "fr"], "'fr' is not one of 'zh', 'en'"),
        (["decide", "no-such-file.json", *VALE], "no-such-file.json: No such file or directory."),
        (["decide", ".", *VALE], "."),
        (["verify", "no-such-record.json"], "no-such-record.json: No such file or directory."),
        (["verify", "HOUSEHOLD"], "expected format 'aidrules record 1'"),
        (["show", "vale/county", "means", "--path", str(PACKS)], "vale/county has nothing called 'means'"),
        (["schema", "vale/nowhere", "--path", str(PACKS)], "there is no pack 'vale/nowhere'"),
        (["nothing"], "No such command 'nothing'"),
    ],
)
def test_what_cannot_be_used_ends_with_2_and_a_sentence(household: str, args: list[str], says: str) -> None:
    done = run(*[household if arg == "HOUSEHOLD" else arg for arg in args])
    assert done.exit_code == 2, done.output
    assert says in done.stderr and "Traceback" not in done.stderr and done.stdout == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "JSON"),
        ("{", "JSON"),
        ('{"members": []}', "members"),
        ('{"members": [{"id": "a"}, {"id": "a"}]}', "members[1].id: the id 'a' is that of members[0] already"),
        ('{"members": [{"id": "a", "incomes": [{"amount": 0.125}]}]}', "members[0].incomes[0].amount"),
        ('{"members": [{"id": "a", "incomes": [{"amount": -1}]}]}', "members[0].incomes[0].amount"),
        ('{"members": [{"id": "a", "birth_date": "2025-06-16"}]}', "2025-06-16 is after the date of the facts"),
        ('{"members": [{"id": "a", "nam": "x"}]}', "members[0].nam: unknown field"),
        ('{"members": [{"id": "a"}], "residence": "moon"}', "residence"),
        ("\xff\xfe", "JSON"),
    ],
)
def test_a_household_that_cannot_be_right_ends_with_2(text: str, says: str) -> None:
    done = run("decide", "-", *VALE, input=text.encode("latin-1"))
    assert done.exit_code == 2 and says in done.stderr and "Traceback" not in done.stderr


def test_a_file_of_100_megabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    with file.open("wb") as opened:
        opened.truncate(100_000_000)
    done = run("decide", str(file), *VALE)
    assert done.exit_code == 2
    assert "the file has 100,000,000 bytes; expected at most 20,000,000 bytes" in done.stderr


def test_as_much_from_standard_input_is_refused_too() -> None:
    done = run("decide", "-", *VALE, input=b" " * 20_000_001)
    assert done.exit_code == 2 and "there are more bytes than that; expected at most 20,000,000" in done.stderr


def test_a_fault_of_the_library_is_a_sentence_too(household: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a divisor")

    monkeypatch.setattr("aidrules.decision.decide", broken)
    done = run("decide", household, *VALE)
    assert (done.exit_code, done.stderr) == (
        70,
        "A fault of aidrules: ZeroDivisionError: a divisor. Please report it.\n",
    )


def command(*args: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    known = {name: value for name, value in os.environ.items() if name not in ("LANG", "LC_ALL", "PYTHONUTF8")}
    source = str(Path(__file__).parents[1] / "src")
    return subprocess.run(
        [sys.executable, "-m", "aidrules", *args],
        capture_output=True,
        env={**known, "PYTHONPATH": source, **environment},
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gb18030"])
def test_output_survives_an_encoding_without_chinese(household: str, encoding: str) -> None:
    done = command("decide", household, *VALE, "--programme", "allowance", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode(encoding)
    assert ("生活补助" if encoding == "gb18030" else "\\u751f\\u6d3b\\u8865\\u52a9") in text


def test_json_stays_json_in_any_encoding(household: str) -> None:
    done = command("decide", household, *VALE, "--format", "json", PYTHONIOENCODING="ascii")
    assert json.loads(done.stdout.decode("ascii"))["outcomes"]["allowance"]["label"]["zh"] == "生活补助"


def test_html_stays_readable_in_any_encoding(household: str) -> None:
    done = command("decide", household, *VALE, "--format", "html", PYTHONIOENCODING="ascii")
    assert "&#29983;&#27963;" in done.stdout.decode("ascii")


def test_a_reader_that_leaves_early_is_no_error(household: str) -> None:
    source = str(Path(__file__).parents[1] / "src")
    args = [sys.executable, "-m", "aidrules", "decide", household, *VALE, "--format", "json"]
    with subprocess.Popen(
        args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": source}
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_columns_of_wide_characters_are_aligned(household: str) -> None:
    from rich.cells import cell_len

    output = run("decide", household, *VALE).output
    table = [line for line in output.splitlines() if line.startswith(("┏", "┃", "┡", "│", "└"))]
    assert len(table) > 4 and len({cell_len(line) for line in table}) == 1


def test_help_tells_the_exit_codes() -> None:
    said = " ".join(run("--help").output.split())
    failed = "1 a record does not verify, a case fails, or some households of a file could not be decided"
    assert f"Exit codes: 0 done; {failed}; 2 bad usage" in said
    assert run("--version").output.startswith("aidrules, version")


def test_json_is_whole_and_refuses_to_be_shortened(household: str) -> None:
    done = run("decide", household, *VALE, "--format", "json", "--programme", "allowance")
    assert done.exit_code == 2 and done.stdout == "" and "JSON is always whole" in done.stderr


def test_a_record_that_cannot_be_written_fails_before_anything_is_shown(household: str, tmp_path: Path) -> None:
    done = run("decide", household, *VALE, "--record", str(tmp_path / "no" / "record.json"))
    assert done.exit_code == 2 and done.stdout == "" and "record.json: No such file or directory." in done.stderr


def test_a_record_is_not_written_over(household: str, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text("another", "utf-8")
    done = run("decide", household, *VALE, "--record", str(file))
    assert done.exit_code == 2 and done.stdout == "" and "record.json: File exists." in done.stderr
    assert file.read_text("utf-8") == "another"


def test_the_schema_of_households_names_its_pack() -> None:
    schema = json.loads(run("schema", "vale/county", "--path", str(PACKS)).stdout)
    assert schema["$id"] == "aidrules-household/vale/county" and schema["title"] == "Household for vale/county"
    assert schema["$schema"].startswith("https://json-schema.org/") and len(schema["x-pack-digest"]) == 64


ESCAPE = "\x1b[2J\u202e\x9b"


def test_what_a_record_says_is_shown_and_not_obeyed(household: str, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    assert run("decide", household, *VALE, "--record", str(file)).exit_code in (0, 3)
    content = json.loads(file.read_text("utf-8"))
    content["pack"]["digest"] = content["library"]["version"] = f"{ESCAPE}\nEvery figure follows."
    content["decision"][ESCAPE] = 1
    file.write_text(json.dumps(content), "utf-8")
    shown = run("verify", str(file), "--path", str(PACKS)).output
    assert "\\u001b[2J\\u202e\\u009b" in shown and not any(letter in shown for letter in ESCAPE if letter not in "[2J")


@pytest.mark.parametrize("name", ["\x1b[8mx.json", "\u202ex.json"])
def test_names_of_files_are_shown_and_not_obeyed(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    for args in (["decide", str(file), *VALE], ["verify", str(file)], ["show", "vale/county", "--path", str(file)]):
        found = run(*args)
        assert found.exit_code == 2 and "\x1b" not in found.output and "\u202e" not in found.output


@pytest.mark.parametrize("text", [b"[1]", b"{", b"5", b"null", b"[" * 100_000, b"\xff", b'{"x": 1}'])
def test_a_malformed_file_of_withheld_inputs_is_refused(text: bytes, household: str, tmp_path: Path) -> None:
    record, withheld = tmp_path / "record.json", tmp_path / "withheld.json"
    run("decide", household, *VALE, "--record", str(record))
    withheld.write_bytes(text)
    found = run("verify", str(record), "--path", str(PACKS), "--confidential", str(withheld))
    assert found.exit_code == 2 and "Please report" not in found.output


@pytest.mark.parametrize("option", [["--reading", "a=\udc80"], ["--reading", "\udc80=a"], ["--set", "rate=\udc80"]])
def test_arguments_that_are_no_text_are_refused(option: list[str], household: str) -> None:
    found = run("decide", household, *VALE, *option)
    assert found.exit_code == 2, found.output


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&- <&-"])
def test_closed_streams_are_refused(closed: str) -> None:
    source = str(Path(__file__).parents[1] / "src")
    line = f'exec "{sys.executable}" -m aidrules decide - --pack vale/county --on 2025-06-15 --path "{PACKS}" {closed}'
    facts = json.dumps(FACTS).encode()
    found = subprocess.run(
        ["sh", "-c", line], input=facts, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": source}
    )
    assert found.returncode == 2 and b"Traceback" not in found.stderr
