"""Defects: headers and lists of fields that are refused, alone and together, or that are asked for."""

from __future__ import annotations

from clausewise.mock.persona import VERSIONS
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change, Mock, answering
from clausewise.variants.persona.shared import OLDEST, asked_fields, casing_of, key_of
from clausewise.variants.variant import BASELINE, Variants

DEFECTS = Variants()


def _version(call: Call) -> str | None:
    return call.header("persona-version")


# Options that may be left out


@DEFECTS.breaking(BASELINE)
@answering(400)
def requires_a_version(call: Call) -> bool:
    """Refuses requests without Persona-Version."""
    return _version(call) is None


def asks_again_for(name: str) -> Change:
    """The mock, but that once a header was given no request does without it."""

    @answering(400)
    def changed(call: Call) -> bool:
        if call.header(name):
            call.memory[name] = True
        return name in call.memory and not call.header(name)

    return changed


for _header, _clause in (
    ("Persona-Version", "persona.version.optional"),
    ("Key-Inflection", "persona.inflection.optional"),
    ("Idempotency-Key", "persona.idempotency.optional"),
):
    DEFECTS.add(
        f"asks-again-for-{_header.lower()}",
        f"Refuses requests without {_header} as soon as one request had it.",
        asks_again_for(_header),
        _clause,
    )


@DEFECTS.breaking("persona.fields.optional")
@answering(400)
def asks_again_for_fields(call: Call) -> bool:
    """Refuses requests that list no fields as soon as one request listed some."""
    if asked_fields(call):
        call.memory["fields were listed"] = True
    return "fields were listed" in call.memory and asked_fields(call) is None


# Values that are accepted


def refuses_a_version(version: str) -> Change:
    """The mock, but that it does not know a version."""
    return answering(400)(lambda call: _version(call) == version)


for _known in VERSIONS:
    DEFECTS.add(
        f"does-not-know-version-{_known}",
        f"Refuses the version {_known}.",
        refuses_a_version(_known),
        f"persona.version.{_known}",
    )


@DEFECTS.breaking("persona.inflection.accepted")
@answering(400)
def refuses_snake_case(call: Call) -> bool:
    """Refuses the casing snake."""
    return casing_of(call) == "snake"


@DEFECTS.breaking("persona.idempotency.accepted")
@answering(400)
def refuses_keys(call: Call) -> bool:
    """Refuses every Idempotency-Key."""
    return key_of(call) is not None


@DEFECTS.breaking("persona.fields.accepted")
@answering(400)
def refuses_lists(call: Call) -> bool:
    """Refuses every list of more than one attribute."""
    return len(asked_fields(call) or []) > 1


@DEFECTS.breaking("persona.fields.accepted")
@answering(400)
def refuses_lists_in_another_order(call: Call) -> bool:
    """Refuses a list in which created-at stands before the status."""
    listed = asked_fields(call) or []
    return {"created-at", "status"} <= set(listed) and listed.index("created-at") < listed.index("status")


# Options that meet


@DEFECTS.breaking("persona.options.together")
@answering(400)
def refuses_a_casing_beside_a_version(call: Call) -> bool:
    """Refuses a casing beside a version."""
    return casing_of(call) is not None and _version(call) is not None


@DEFECTS.breaking("persona.options.together")
@answering(500)
def falls_over_a_key_in_the_oldest_version(call: Call) -> bool:
    """Fails at an Idempotency-Key in the oldest version."""
    return key_of(call) is not None and _version(call) == OLDEST


@DEFECTS.breaking("persona.options.together")
@answering(400)
def refuses_three_options_together(call: Call) -> bool:
    """Refuses a casing, an Idempotency-Key and a list of fields in one request."""
    return None not in (casing_of(call), key_of(call), asked_fields(call))


@DEFECTS.breaking("persona.options.together")
async def answers_fields_in_an_older_version_with_nothing(call: Call, mock: Mock) -> Reply:
    """Has no content, status 204, for a list of fields beside any version but the newest."""
    is_older = _version(call) in VERSIONS[1:]
    return Reply(204) if is_older and asked_fields(call) is not None else await mock(call)
