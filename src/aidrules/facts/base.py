"""The base of all fact models: frozen, closed, and with errors that are sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from aidrules.errors import FactsError
from aidrules.facts.problems import facts_error
from aidrules.facts.repeated import repeated_keys
from aidrules.facts.sizes import bounded


class Hidden:
    """What stands for a confidential value where a household is shown."""

    def __repr__(self) -> str:
        return "<confidential>"


class Facts(BaseModel):
    """Something known. What cannot be right raises `FactsError`, which lists every problem with its place."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, from_attributes=True)

    if not TYPE_CHECKING:  # type checkers see the fields as arguments

        def __init__(self, **values: Any) -> None:
            try:
                self.__pydantic_validator__.validate_python(values, self_instance=self)
            except ValidationError as error:
                wrong = facts_error(error, type(self))
            else:
                return
            raise wrong  # here, since the context of what is raised above would hold the values

        # Without this mark pydantic would call __init__ once per nested object, which is many times slower.
        __init__.__pydantic_base_init__ = True

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Build from a mapping of Python values, or from another household, of which this one takes what it knows.

        Raises:
            FactsError: every problem, with its place, what was found and what was expected.
        """
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            wrong = facts_error(error, cls)
        raise wrong

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Build from JSON text in UTF-8, of at most 20 MB and half a million values.

        Raises:
            FactsError: the text is too long or not JSON, a key stands twice in one object, or its facts cannot be
                right.
        """
        text = bounded(json_data)
        try:
            found = super().model_validate_json(text, **options)
        except ValidationError as error:
            wrong = facts_error(error, cls, json_data)
        else:
            if problems := repeated_keys(text):
                raise FactsError(problems)
            return found
        raise wrong

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some facts changed; unlike pydantic's own, the changed facts are checked.

        Raises:
            FactsError: as `model_validate`.
        """
        if not update:
            return super().model_copy(deep=deep)
        known = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self).model_validate({**known, **update})

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        fields = type(self).model_fields
        for name, value in super().__repr_args__():
            if value is not None:
                marks = fields[name].metadata if name in fields else ()
                yield name, Hidden() if any(getattr(mark, "confidential", False) for mark in marks) else value

    @classmethod
    def from_text(cls, values: Mapping[str, Any]) -> Self:
        """Build from a mapping whose scalars are all text, as a YAML file gives them.

        Raises:
            FactsError: as `model_validate`.
        """
        return cls.model_validate(values, strict=False)
