"""Readings: what an author chose where the text leaves something open, kept apart from the text as a switch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aidrules.errors import PackError, Problem
from aidrules.language import edits, tree
from aidrules.language.fields import Cite, Label, is_identifier, near, one_of

_NOTE = frozenset({"zh", "en", "cite"})
_SWITCH = frozenset({"default", "options", "of"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A choice that a rule rests on.

    Attributes:
        name: how an overlay or argument names it; for a mere note, the rule's id.
        option: the option taken; None for a note, which leaves nothing to choose.
        alternatives: the other options with their labels.
        default: whether the option is the one that the pack takes unasked.
    """

    name: str
    label: Label
    option: str | None = None
    option_label: Label | None = None
    alternatives: tuple[tuple[str, Label], ...] = ()
    default: bool = True
    cite: tuple[Cite, ...] = ()

    @property
    def note(self) -> bool:
        """Whether it only says how the text is read."""
        return self.option is None


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a rule would say if another option of one of its readings were taken."""

    reading: str
    option: str
    node: tree.Mapping


@dataclass(slots=True)
class Choices:
    """The options that are chosen, and the switches met on the way with all their options.

    Attributes:
        chosen: option by the name of the reading.
        shared: the readings of the pack that rules may refer to by `of:`, with option and labels.
        met: default and options of every switch.
    """

    chosen: Mapping[str, str]
    shared: Mapping[str, Reading]
    met: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


def label_of(node: tree.Mapping, name: str, rule: str | None = None) -> Label:
    """The label that a node gives, with `name` in the place of a missing language.

    Args:
        node: what has the label.
        name: what it is called.
        rule: the id that errors name, where that is another.

    Raises:
        PackError: a language that is no text.
    """
    wrong = [(key, item) for key in ("zh", "en") if (item := node.get(key)) and not isinstance(item, tree.Text)]
    if wrong:
        problems = [Problem(f"{key}: {tree.describe(item)}", item.place, rule or name, "a text") for key, item in wrong]
        raise PackError(problems)
    return Label(node.text("zh") or name, node.text("en") or name)


def cites_of(node: tree.Mapping) -> tuple[Cite, ...]:
    """The cites of a node that are written out already."""
    written = node.get("cite")
    items = written.items if isinstance(written, tree.Sequence) else ()
    return tuple(
        Cite(source=item.text("source") or "", clause=item.text("clause") or "")
        for item in items
        if isinstance(item, tree.Mapping)
    )


def resolve(node: tree.Mapping, rule: str, section: str, choices: Choices) -> tuple[tree.Mapping, tuple[Reading, ...]]:
    """Apply the options that are chosen and take the `reading:` fields out.

    Args:
        node: the fields of a rule, definition or programme.
        rule: its id; the readings' names begin with it.
        section: the section of the pack.
        choices: what is chosen; every switch found is entered under `met`.

    Raises:
        PackError: a reading that is not of one of the three forms, or an option that changes what is not there.
    """
    found: list[Reading] = []
    node = _resolve(node, rule, section, choices, found)
    return node, tuple(found)


def alternatives(
    node: tree.Mapping, rule: str, section: str, choices: Choices, readings: tuple[Reading, ...]
) -> tuple[Alternative, ...]:
    """The same fields under every option that is not taken, one reading at a time.

    Args:
        node: the fields as written, as for `resolve`.
        rule: the id.
        section: the section of the pack.
        choices: what is chosen.
        readings: what `resolve` found in the fields.

    Raises:
        PackError: the problems of all options.
    """
    made: list[Alternative] = []
    problems: list[Problem] = []
    for reading in readings:
        for option, _ in reading.alternatives:
            shared = {**choices.shared}
            if reading.name in shared:
                shared[reading.name] = replace(reading, option=option)
            trial = Choices({**choices.chosen, reading.name: option}, shared)
            try:
                made.append(Alternative(reading.name, option, resolve(node, rule, section, trial)[0]))
            except PackError as error:
                problems.extend(error.problems)
    if problems:
        raise PackError(problems)
    return tuple(made)


def _resolve(node: tree.Mapping, name: str, section: str, choices: Choices, found: list[Reading]) -> tree.Mapping:
    written = node.get("reading")
    if written is not None:
        node = node.without(["reading"])
        if not isinstance(written, tree.Mapping) or not written.items:
            expected = "{zh, en}, {default, options}, or names with {default, options} each"
            raise PackError(Problem(f"reading: {tree.describe(written)}", written.place, name, expected))
        if written.items.keys() <= _NOTE:
            found.append(Reading(name, label_of(written, name), cite=cites_of(written)))
        elif _SWITCH & written.items.keys():
            node = _switch(node, written, name, section, choices, found)
        else:
            for key, item in written.items.items():
                if not is_identifier(key) or not isinstance(item, tree.Mapping):
                    found_text = f"reading: {key}: {tree.describe(item)}"
                    raise PackError(Problem(found_text, item.place, name, "{default, options, zh, en}"))
                if item.items.keys() <= _NOTE:
                    found.append(Reading(f"{name}.{key}", label_of(item, key, f"{name}.{key}"), cite=cites_of(item)))
                else:
                    node = _switch(node, item, f"{name}.{key}", section, choices, found)
    below = {
        key: _resolve(item, f"{name}.{key}", "rules", choices, found)
        for key, item in node.items.items()
        if isinstance(item, tree.Mapping)
    }
    changed = {key: item for key, item in below.items() if item is not node.items[key]}
    return node.with_items(changed) if changed else node


def _switch(
    node: tree.Mapping,
    written: tree.Mapping,
    name: str,
    section: str,
    choices: Choices,
    found: list[Reading],
) -> tree.Mapping:
    extra = written.items.keys() - _SWITCH - _NOTE
    for key in extra:
        keys = sorted(_SWITCH | _NOTE)
        raise PackError(Problem(f"unknown key {key!r}", written.key_place(key), name, one_of(keys), near(key, keys)))
    options = _options(written, name)
    of = written.text("of")
    reading = _shared(written, of, options, name, choices) if of else _own(written, options, name, choices)
    found.append(reading)
    changes = options.get(reading.option or "")
    if changes is None:
        return node
    return edits.apply(node, changes, section, name, keep=_NOTE)


def _options(written: tree.Mapping, name: str) -> dict[str, tree.Mapping]:
    """The options with their changes; a plain list gives options that change nothing here."""
    node = written.get("options")
    if isinstance(node, tree.Sequence):
        if wrong := [item for item in node.items if not isinstance(item, tree.Text)]:
            raise PackError(Problem(f"options: {tree.describe(wrong[0])}", wrong[0].place, name, "a list of names"))
        node = tree.Mapping(
            {item.value: tree.Mapping({}, {}, item.place) for item in node.items if isinstance(item, tree.Text)},
            {item.value: item.place for item in node.items if isinstance(item, tree.Text)},
            node.place,
        )
    if not isinstance(node, tree.Mapping) or not node.items:
        raise PackError(Problem("a reading without options", written.place, name, "options: with names"))
    options: dict[str, tree.Mapping] = {}
    for key, item in node.items.items():
        if not is_identifier(key):
            expected = "small letters, digits and _, and no word of the language"
            raise PackError(Problem(f"option {key!r} cannot be a name", node.key_place(key), name, expected))
        if not isinstance(item, tree.Mapping):
            expected = "a name with the fields that it changes, or {}"
            raise PackError(Problem(f"option {key}: {tree.describe(item)}", item.place, name, expected))
        options[key] = item
    return options


def _own(written: tree.Mapping, options: Mapping[str, tree.Mapping], name: str, choices: Choices) -> Reading:
    default = written.text("default")
    if default not in options:
        hint = near(default or "", options)
        place = written.at(("default",))
        found = f"the default {default!r} is not an option" if default else "a reading without default:"
        raise PackError(Problem(found, place, name, one_of(options), hint))
    assert default is not None
    choices.met[name] = (default, tuple(options))
    taken = choices.chosen.get(name, default)
    return _reading(written, options, name, taken if taken in options else default, default)


def _shared(
    written: tree.Mapping, of: str, options: Mapping[str, tree.Mapping], name: str, choices: Choices
) -> Reading:
    shared = choices.shared.get(of)
    if shared is None:
        place = written.at(("of",))
        known = choices.shared
        raise PackError(Problem(f"there is no reading {of!r}", place, name, one_of(known), near(of, known)))
    names = [shared.option or "", *(option for option, _ in shared.alternatives)]
    for key, item in options.items():
        if key not in names:
            found = f"{key!r} is not an option of {of}"
            raise PackError(Problem(found, item.place, name, one_of(names), near(key, names)))
    return shared


def _reading(
    written: tree.Mapping, options: Mapping[str, tree.Mapping], name: str, taken: str, default: str
) -> Reading:
    labels = {key: label_of(item, key, name) for key, item in options.items()}
    return Reading(
        name,
        label_of(written, name),
        taken,
        labels[taken],
        tuple((key, label) for key, label in labels.items() if key != taken),
        taken == default,
        cites_of(written),
    )


def shared_reading(node: tree.Mapping, name: str, choices: Choices) -> Reading:
    """A reading of the pack as a whole, which expressions read as `reading.name`."""
    return _own(node, _options(node, name), name, choices)


def check_options(chosen: object) -> None:
    """Refuse options given by argument that are not texts by text, or hold what nobody sees.

    Raises:
        PackError: what is wrong.
    """
    if not isinstance(chosen, Mapping):
        raise PackError(Problem(f"found a {type(chosen).__name__}", "readings", expected="values by name"))
    for text in (part for item in chosen.items() for part in item):
        if not isinstance(text, str):
            expected = "a name and an option as text"
            raise PackError(Problem(f"found a {type(text).__name__}", "readings", expected=expected))
        if wrong := tree.wrong_character(text):
            raise PackError(Problem(wrong, "readings", expected="plain text"))
