"""Defects in how the elements of allowScopes are validated."""

from __future__ import annotations

from collections.abc import Callable

from clausewise.mock.moov import SCOPES
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change, Mock, in_calls
from clausewise.variants.moov.shared import invalid_scopes, is_uuid, principal, scopes, unknown_scopes, without_scopes
from clausewise.variants.variant import Variants

DEFECTS = Variants()

IN_THE_BASELINE = ("accounts.read", "ping.read")

# What passes for a scope


def accepting(known: Callable[[object], bool]) -> Change:
    """The mock, but that it leaves out elements of allowScopes that pass for scopes."""
    return in_calls(lambda call: without_scopes(call, [i for i in unknown_scopes(call) if known(scopes(call)[i])]))


SCOPE = "moov.422.scope"
DEFECTS.add(
    "knows-scopes-in-any-case",
    "Takes a scope in capital letters for the one in small letters.",
    accepting(lambda scope: str(scope).lower() in SCOPES),
    SCOPE,
)
DEFECTS.add(
    "knows-a-scope-by-its-beginning",
    "Takes whatever is the beginning of a scope.",
    accepting(lambda scope: scope != "" and any(known.startswith(str(scope)) for known in SCOPES)),
    SCOPE,
)


@DEFECTS.breaking("moov.422.scope")
@in_calls
def looks_at_the_first_scope_alone(call: Call) -> Call:
    """Validates the first scope of a list and no other."""
    return without_scopes(call, [index for index in unknown_scopes(call) if index > 0])


@DEFECTS.breaking("moov.422.scope")
@in_calls
def looks_at_the_last_scope_alone(call: Call) -> Call:
    """Validates the last scope of a list and no other."""
    return without_scopes(call, [index for index in unknown_scopes(call) if index < len(scopes(call)) - 1])


@DEFECTS.breaking("moov.422.scope")
@in_calls
def looks_at_eight_scopes_and_no_more(call: Call) -> Call:
    """Validates the first eight scopes of a list and no more."""
    return without_scopes(call, [index for index in unknown_scopes(call) if index >= 8])


@DEFECTS.breaking("moov.422.scope")
async def validates_a_principal_once(call: Call, mock: Mock) -> Reply:
    """Keeps that the contents of a request for a principal were valid, and looks no more at the next one for it."""
    seen = call.memory.setdefault("valid", set())
    is_seen = is_uuid(principal(call)) and principal(call) in seen
    reply = await mock(without_scopes(call, unknown_scopes(call)) if is_seen else call)
    if reply.succeeds:
        seen.add(principal(call))
    return reply


@DEFECTS.breaking("moov.422.scope")
async def falls_over_two_unknown_scopes(call: Call, mock: Mock) -> Reply:
    """Fails where it has to tell of two unknown scopes at once."""
    return Reply(500) if len(unknown_scopes(call)) > 1 else await mock(call)


@DEFECTS.breaking("moov.422.scope")
async def falls_over_a_scope_with_a_nul(call: Call, mock: Mock) -> Reply:
    """Fails where a scope has a NUL in it, which its database cannot hold."""
    return Reply(500) if any("\0" in str(scope) for scope in scopes(call)) else await mock(call)


# Each possible value


def refusing(scope: str, *, only_alone: bool) -> Change:
    """The mock, but that it does not know a scope, at least where it is shared alone."""

    async def refuses(call: Call, mock: Mock) -> Reply:
        reply, found = await mock(call), scopes(call)
        is_refused = reply.status in (201, 409) and scope in found and (len(found) == 1 or not only_alone)
        return invalid_scopes([found.index(scope)], "is not a scope") if is_refused else reply

    return refuses


for _scope in SCOPES:
    _is_basic = _scope in IN_THE_BASELINE
    DEFECTS.add(
        f"does-not-know-{_scope.replace('.', '-')}",
        f"Does not know the scope {_scope}{' where it is shared alone' if _is_basic else ''}.",
        refusing(_scope, only_alone=_is_basic),
        f"moov.scope.{_scope}",
    )
