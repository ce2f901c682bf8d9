"""What does not fit between register, packs and cases."""

from __future__ import annotations

from pathlib import Path

from town import BY_LAW, CASES, PACK, write

from aidrules.register import (
    all_findings,
    answered_though_not_computed,
    citing,
    citing_cases,
    covered,
    read_register,
    unanswered,
    unregistered,
)


def sentences(path: Path) -> list[str]:
    register, stated, cases = read_register(path), citing(path), citing_cases(path)
    found = all_findings(register, stated, cases, covered(register, stated, cases))
    return [str(problem) for problem in found if str(path) in str(problem.where)]


def test_a_clause_that_nothing_cites_is_found_unless_it_has_a_reason(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert sentences(path) == [
        f"{path}/clauses/by-law.yaml:8:3: by-law 5: no rule cites it. "
        "Cite it where it is implemented, or write why nothing decides it under not_computed:"
    ]


def test_a_clause_that_is_not_registered_is_found_where_it_is_cited(tmp_path: Path) -> None:
    path = write(tmp_path, pack=PACK.replace("cite: 4.1-a", "cite: 4.1-d"), cases=CASES.replace("4.1-a", "4.1-e"))
    found = "\n".join(sentences(path))
    assert f"{path}/town/pack.yaml:30:15: relief.need: it cites 4.1-d of by-law; expected a clause that the" in found
    assert f"{path}/town/cases/relief.yaml:13:11: above: it cites 4.1-e of by-law" in found
    assert "Did you mean 4.1-b or 4.1-a?" in found


def test_a_section_may_be_cited_as_a_whole(tmp_path: Path) -> None:
    path = write(tmp_path, pack=PACK.replace("cite: 4.1-a", 'cite: "4"'))
    assert [line for line in sentences(path) if "relief.need" in line] == []


def test_a_document_without_a_register_is_named_once(tmp_path: Path) -> None:
    path = write(tmp_path)
    (path / "clauses/by-law.yaml").unlink()
    assert sentences(path) == [
        f"{path}/town/pack.yaml:9:81: line: it cites by-law, of which there is no register. "
        "List its decidable clauses in clauses/by-law.yaml"
    ]


def test_a_rule_that_cites_nothing_is_found(tmp_path: Path) -> None:
    path = write(tmp_path, pack=PACK.replace('        cite: [4.1-b, "3"]\n', ""))
    assert f"{path}/town/pack.yaml:39:7: relief.gap: it cites no clause. Write the clause" in sentences(path)[0]


def test_a_reason_beside_a_citation_is_found(tmp_path: Path) -> None:
    by_law = BY_LAW.replace(
        "kind: cadence}", "kind: cadence}\n  4.2: {programme: {zh: 救济, en: relief}, kind: gate}"
    ).replace('"6":', "4.1-c:")
    path = write(tmp_path, by_law=by_law, pack=PACK.replace("cite: 4.1-a", "cite: [4.1-a, 4.1-c]"))
    register, stated = read_register(path), citing(path)
    listed = [answer for answers in covered(register, stated, []).values() for answer in answers]
    (found,) = answered_though_not_computed(listed)
    assert str(found).endswith("nothing computes it, but relief.need cites it. Take not_computed: out, or the citation")


def test_the_shipped_packs_cite_registered_clauses_and_no_reason_is_contradicted() -> None:
    register, stated, cases = read_register(), citing(), citing_cases()
    listed = [answer for answers in covered(register, stated, cases).values() for answer in answers]
    assert [str(problem) for problem in unregistered(register, stated, cases)] == []
    assert [str(problem) for problem in answered_though_not_computed(listed)] == []


def test_no_clause_of_the_plan_of_bozhou_is_open() -> None:
    register, stated = read_register(), citing()
    answers = covered(register, stated, [])["bozhou-street-plan"]
    assert len(answers) == 136
    assert [str(problem) for problem in unanswered(answers)] == []
