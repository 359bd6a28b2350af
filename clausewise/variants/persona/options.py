"""Defects: headers and lists of fields that are refused, alone and together, or that are asked for."""

from __future__ import annotations

import re

from clausewise.mock.persona import VERSIONS
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change, Mock
from clausewise.variants.persona.shared import OLDEST, answering, asked_fields, casing_of, key_of
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


@DEFECTS.breaking(BASELINE)
@answering(400)
def requires_a_casing(call: Call) -> bool:
    """Refuses requests without Key-Inflection."""
    return call.header("key-inflection") is None


@DEFECTS.breaking(BASELINE)
@answering(422)
def requires_a_key(call: Call) -> bool:
    """Refuses requests without Idempotency-Key."""
    return call.header("idempotency-key") is None


@DEFECTS.breaking(BASELINE)
@answering(400)
def requires_fields(call: Call) -> bool:
    """Refuses requests that list no fields."""
    return "fields" not in call.query


@DEFECTS.breaking("persona.version.optional")
@answering(400)
def requires_a_version_beside_a_casing(call: Call) -> bool:
    """Refuses requests that name a casing and no version."""
    return casing_of(call) is not None and _version(call) is None


@DEFECTS.breaking("persona.inflection.optional")
@answering(400)
def requires_a_casing_beside_fields(call: Call) -> bool:
    """Refuses requests that list fields and name no casing."""
    return asked_fields(call) is not None and call.header("key-inflection") is None


@DEFECTS.breaking("persona.idempotency.optional")
@answering(400)
def requires_a_key_in_the_oldest_version(call: Call) -> bool:
    """Refuses requests without Idempotency-Key in the oldest version."""
    return _version(call) == OLDEST and key_of(call) is None


@DEFECTS.breaking("persona.fields.optional")
@answering(400)
def requires_fields_in_the_oldest_version(call: Call) -> bool:
    """Refuses requests that list no fields in the oldest version."""
    return _version(call) == OLDEST and asked_fields(call) is None


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


@DEFECTS.breaking("persona.inflection.accepted")
@answering(500)
def falls_over_camel_case(call: Call) -> bool:
    """Fails at the casing camel."""
    return casing_of(call) == "camel"


@DEFECTS.breaking("persona.idempotency.accepted")
@answering(400)
def refuses_keys(call: Call) -> bool:
    """Refuses every Idempotency-Key."""
    return key_of(call) is not None


@DEFECTS.breaking("persona.idempotency.accepted")
@answering(400)
def refuses_keys_that_are_no_uuid(call: Call) -> bool:
    """Refuses every Idempotency-Key that is not a UUID."""
    key = key_of(call)
    return key is not None and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", key.lower()) is None


@DEFECTS.breaking("persona.idempotency.accepted")
@answering(400)
def refuses_short_keys(call: Call) -> bool:
    """Refuses an Idempotency-Key of less than eight characters."""
    return len(key_of(call) or "8 or more") < 8


@DEFECTS.breaking("persona.idempotency.accepted")
@answering(500)
def falls_over_long_keys(call: Call) -> bool:
    """Fails at an Idempotency-Key of more than 64 characters."""
    return len(key_of(call) or "") > 64


@DEFECTS.breaking("persona.idempotency.accepted")
@answering(400)
def refuses_keys_with_other_signs(call: Call) -> bool:
    """Refuses an Idempotency-Key that has more in it than letters, digits and hyphens."""
    return re.search(r"[^A-Za-z0-9-]", key_of(call) or "") is not None


@DEFECTS.breaking("persona.fields.accepted")
@answering(400)
def refuses_lists(call: Call) -> bool:
    """Refuses every list of more than one attribute."""
    return len(asked_fields(call) or []) > 1


@DEFECTS.breaking("persona.fields.accepted")
@answering(400)
def refuses_more_than_three_fields(call: Call) -> bool:
    """Refuses a list of more than three attributes."""
    return len(asked_fields(call) or []) > 3


@DEFECTS.breaking("persona.fields.accepted")
@answering(400)
def does_not_know_the_last_attribute(call: Call) -> bool:
    """Refuses a list that names updated-at."""
    return "updated-at" in (asked_fields(call) or [])


@DEFECTS.breaking("persona.fields.accepted")
@answering(500)
def falls_over_an_attribute_that_is_listed_twice(call: Call) -> bool:
    """Fails at a list that names an attribute twice."""
    listed = asked_fields(call) or []
    return len(set(listed)) < len(listed)


@DEFECTS.breaking("persona.fields.accepted")
@answering(400)
def refuses_lists_in_another_order(call: Call) -> bool:
    """Refuses a list in which created-at stands before the status."""
    listed = asked_fields(call) or []
    return {"created-at", "status"} <= set(listed) and listed.index("created-at") < listed.index("status")


# Options that meet


@DEFECTS.breaking("persona.options.together")
@answering(400)
def refuses_fields_beside_a_key(call: Call) -> bool:
    """Refuses a list of fields beside an Idempotency-Key."""
    return asked_fields(call) is not None and key_of(call) is not None


@DEFECTS.breaking("persona.options.together")
@answering(500)
def falls_over_fields_in_camel_case(call: Call) -> bool:
    """Fails at a list of fields beside the casing camel."""
    return asked_fields(call) is not None and casing_of(call) == "camel"


@DEFECTS.breaking("persona.options.together")
@answering(400)
def refuses_a_casing_beside_a_key(call: Call) -> bool:
    """Refuses a casing beside an Idempotency-Key."""
    return casing_of(call) is not None and key_of(call) is not None


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
