"""Defects in how the properties of a request are validated: the principal, and JSON of another type."""

from __future__ import annotations

from clausewise.mock.moov import PRINCIPAL_ACCOUNT_IDS
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, in_calls
from clausewise.variants.moov.shared import asked, principal, scopes, with_scopes
from clausewise.variants.variant import Variants

DEFECTS = Variants()

ANY_PRINCIPAL = PRINCIPAL_ACCOUNT_IDS[0]


def for_some_principal(call: Call) -> Call:
    """The same with a principal that exists."""
    return call.saying({**asked(call), "principalAccountID": ANY_PRINCIPAL})


# The principal


@DEFECTS.breaking("moov.422.missing")
@in_calls
def needs_a_principal_only_for_scopes(call: Call) -> Call:
    """Accepts a request without a principal where it names no scopes either."""
    return for_some_principal(call) if call.json() == {} else call


@DEFECTS.breaking("moov.422.missing")
@in_calls
def goes_on_with_the_principal_of_the_last_call(call: Call) -> Call:
    """Fills a form that it uses again, so that a missing principal is that of the call before."""
    before = call.memory.get("principal")
    if principal(call) in PRINCIPAL_ACCOUNT_IDS:
        call.memory["principal"] = principal(call)
    is_unnamed = isinstance(call.json(), dict) and "principalAccountID" not in asked(call)
    return call.saying({**asked(call), "principalAccountID": before}) if is_unnamed and before else call


# Types


@DEFECTS.breaking("moov.422.type")
@in_calls
def takes_the_first_of_several_principals(call: Call) -> Call:
    """Takes a list of principals and shares with the first."""
    named = principal(call)
    return call.saying({**asked(call), "principalAccountID": named[0]}) if named and isinstance(named, list) else call


@DEFECTS.breaking("moov.422.type")
@in_calls
def takes_one_scope_for_a_list(call: Call) -> Call:
    """Takes a scope that stands in place of a list."""
    wanted = asked(call).get("allowScopes")
    return with_scopes(call, [wanted]) if isinstance(wanted, str) else call


@DEFECTS.breaking("moov.422.type")
@in_calls
def takes_the_values_of_an_object_for_a_list(call: Call) -> Call:
    """Takes an object in place of a list of scopes, and its values for the elements."""
    wanted = asked(call).get("allowScopes")
    return with_scopes(call, list(wanted.values())) if isinstance(wanted, dict) else call


@DEFECTS.breaking("moov.422.type")
async def falls_over_a_list_within_the_list(call: Call, mock: Mock) -> Reply:
    """Fails where an element of allowScopes is a list or an object."""
    return Reply(500) if any(isinstance(scope, list | dict) for scope in scopes(call)) else await mock(call)


@DEFECTS.breaking("moov.422.type")
@in_calls
def takes_a_list_of_one_request(call: Call) -> Call:
    """Takes a list of requests, and does the first."""
    body = call.json()
    return call.saying(body[0]) if isinstance(body, list) and body else call
