"""Checks of labels: what or who is called nothing, the same in both languages, or in the wrong script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aidrules.decision.figures import MEASURES
from aidrules.decision.words import letter_words
from aidrules.errors import Place
from aidrules.language import tree
from aidrules.language.counting import counted
from aidrules.language.fields import Label
from aidrules.language.hints import nearest
from aidrules.language.statements import name_of
from aidrules.lint.check import Hit, check
from aidrules.lint.linted import Linted

_HAN = re.compile("[㐀-鿿]")
_LATIN = re.compile("[A-Za-z]{3}")
_LANGUAGES = {"zh": Label("中文", "Chinese"), "en": Label("英文", "English")}
_BOTH = Label("中文和英文", "Chinese and English")
_NO = Label("", "")


def _labelled(linted: Linted) -> Iterator[tuple[str, tree.Node, Place]]:
    """Everything that readers see the label of, with the fields that should hold it."""
    for statement, name in linted.declared():
        if statement.section == "readings":
            continue
        if statement.section == "programmes":
            entry = linted.pack.programmes[name].entry
            if entry.origin.file == statement.origin.file:
                yield name, entry.node, statement.place
        else:
            yield name, statement.fields, statement.place
        fields = statement.fields.mapping("fields") if statement.section == "inputs" else None
        if fields is not None:
            for key, item in fields.items.items():
                yield f"{name}.{key}", item, fields.key_place(key)
    for part in linted.parts():
        if part.name not in ("also", "any_of", "all_of") or not isinstance(part.node, tree.Mapping):
            yield part.id, part.node, part.place


def _text(node: tree.Node, lang: str) -> str | None:
    return node.text(lang) if isinstance(node, tree.Mapping) else None


def _missing(node: tree.Node) -> Label | None:
    return _languages([lang for lang in _LANGUAGES if not _text(node, lang)])


def _languages(codes: Sequence[str]) -> Label | None:
    missing = [_LANGUAGES[code] for code in codes]
    return None if not missing else missing[0] if len(missing) == 1 else _BOTH


@check(
    "L101",
    "warning",
    ("{name} 没有{language}名称", "{name} has no label in {language}"),
    ("写明 zh: 和 en:；文书中的句子由名称组成", "Write zh: and en:; the sentences of letters are made of labels"),
)
def unlabelled(linted: Linted) -> Iterator[Hit]:
    """Find what has no label in one of the languages; a counting unit that would be printed as its id."""
    for name, node, place in _labelled(linted):
        if (language := _missing(node)) is not None:
            yield Hit(place, name, {"language": language})
    for file in linted.layer.files:
        called = {*MEASURES, *counted(linted.pack.schema), *dict(linted.pack.content.measures)}
        for name in getattr(file.header, "units", {}).keys() - called:
            yield Hit(file.body.place, name, {"language": _BOTH})


@check(
    "L102",
    "warning",
    ("{name} 的中文名称和英文名称相同", "{name} is called the same in Chinese and in English"),
    ("分别写出两种语言的名称", "Write the label in both languages"),
)
def same_in_both(linted: Linted) -> Iterator[Hit]:
    """Find labels that are the same in both languages."""
    for name, node, place in _labelled(linted):
        if _text(node, "zh") and _text(node, "zh") == _text(node, "en"):
            yield Hit(place, name)


@check(
    "L103",
    "warning",
    ("{name} 的{language}名称不是用该语言写的", "the {language} label of {name} is not written in that language"),
    ("检查 zh: 和 en: 是否写反", "Look whether zh: and en: stand in each other's place"),
)
def wrong_script(linted: Linted) -> Iterator[Hit]:
    """Find Chinese labels without Chinese characters, and English ones with them."""
    for name, node, place in _labelled(linted):
        zh, en = _text(node, "zh"), _text(node, "en")
        if zh and zh != en and not _HAN.search(zh) and _LATIN.search(zh):
            yield Hit(place, name, {"language": _LANGUAGES["zh"]})
        if en and zh != en and _HAN.search(en):
            yield Hit(place, name, {"language": _LANGUAGES["en"]})


@check(
    "L104",
    "warning",
    ("{name} 没有{language}名称", "{name} has no label in {language}"),
    (
        "为解释和每个选项写明 zh: 和 en:；文书写明采用了哪一种",
        "Write zh: and en: for the reading and each option; letters say which was taken",
    ),
)
def unlabelled_reading(linted: Linted) -> Iterator[Hit]:
    """Find readings and options of readings without a label."""
    for statement in linted.stated:
        owner = name_of(statement.key)
        if statement.key[0] == "readings" and "options" in statement.fields.items:
            yield from _in_reading(owner, statement.fields)
        for path, node in tree.walk(statement.fields):
            if path and path[-1] == "reading" and isinstance(node, tree.Mapping):
                whole = node.items.keys() & {"zh", "en", "cite", "default", "options", "of"}
                if whole:
                    yield from _in_reading(owner, node)
                else:
                    for key, item in node.items.items():
                        if isinstance(item, tree.Mapping):
                            yield from _in_reading(f"{owner}.{key}", item)


def _in_reading(name: str, node: tree.Mapping) -> Iterator[Hit]:
    if "of" in node.items:
        return  # it is labelled where the reading that several rules share is declared
    if (language := _missing(node)) is not None:
        yield Hit(node.place, name, {"language": language})
    options = node.get("options")
    if isinstance(options, tree.Sequence):
        for item in options.items:
            if isinstance(item, tree.Text):
                yield Hit(item.place, f"{name}.{item.value}", {"language": _BOTH})
    elif isinstance(options, tree.Mapping):
        for key, item in options.items.items():
            if (language := _missing(item)) is not None:
                yield Hit(options.key_place(key), f"{name}.{key}", {"language": language})


@check(
    "L105",
    "warning",
    ("{name} 的各个选项没有{language}名称", "the options of {name} have no labels in {language}"),
    (
        "按 type: 的次序在 options_zh: 和 options_en: 写明",
        "Write options_zh: and options_en:, one label for each option",
    ),
)
def unlabelled_options(linted: Linted) -> Iterator[Hit]:
    """Find enumerations whose options letters would print as ids."""
    for statement, name in linted.declared("inputs", "findings"):
        for path, node in tree.walk(statement.fields):
            options = node.get("type") if isinstance(node, tree.Mapping) else None
            if not isinstance(options, tree.Sequence) or not isinstance(node, tree.Mapping):
                continue
            language = _languages([lang for lang in _LANGUAGES if f"options_{lang}" not in node.items])
            if language is not None:
                yield Hit(options.place, ".".join((name, *path[1:])), {"language": language})


@check(
    "L106",
    "warning",
    (
        "{name} 的 who: 写有 {role}，没有这一名词{near}；文书中不写由谁认定",
        "{name} has {role} under who:, and no term is called so{near}; letters leave out who may record it",
    ),
    ("改正写法，或在 terms: 下写明其中英文名称", "Correct it, or say under terms: what it is called in both languages"),
)
def unlabelled_role(linted: Linted) -> Iterator[Hit]:
    """Find who may record a finding where no term says what they are called."""
    terms = linted.pack.terms
    for statement, name in linted.declared("findings"):
        for path, node in tree.walk(statement.fields.only(["who"])):
            if isinstance(node, tree.Text) and path and node.value not in terms:
                meant = nearest(node.value, terms)
                near = Label(f"（是否指 {'、'.join(meant)}？）", f" (is {' or '.join(meant)} meant?)")
                yield Hit(node.place, name, {"role": Label(node.value, node.value), "near": near if meant else _NO})


@check(
    "L107",
    "warning",
    (
        "{name} 的 payee: 写有 {payee}，没有这一名词{near}；文书中只写该代号",
        "{name} has {payee} under payee:, and no term is called so{near}; letters show this id",
    ),
    ("改正写法，或在 terms: 下写明其中英文名称", "Correct it, or say under terms: what it is called in both languages"),
)
def unlabelled_payee(linted: Linted) -> Iterator[Hit]:
    """Find who is paid where nothing says what they are called."""
    for compiled in linted.compiled():
        known = sorted({*letter_words("en", linted.pack.subject).payees, *linted.pack.terms})
        for rule in compiled.rules.values():
            entry, payee = linted.entries.get(rule.id), rule.payment.payee if rule.payment else None
            if entry is None or payee is None or payee in compiled.definitions:
                continue
            if payee not in known:
                meant = nearest(payee, known)
                near = Label(f"（是否指 {'、'.join(meant)}？）", f" (is {' or '.join(meant)} meant?)")
                yield Hit(linted.place(entry), rule.id, {"payee": payee, "near": near if meant else _NO})


CHECKS = (
    unlabelled,
    same_in_both,
    wrong_script,
    unlabelled_reading,
    unlabelled_options,
    unlabelled_role,
    unlabelled_payee,
)
