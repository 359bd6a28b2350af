"""Defects in how the properties of a request are validated: the principal, and JSON of another type."""

from __future__ import annotations

from clausewise.mock.moov import PRINCIPAL_ACCOUNT_IDS
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock
from clausewise.variants.moov.shared import asked, bad_request, in_calls, principal, scopes, with_scopes, without_scopes
from clausewise.variants.variant import Variants

DEFECTS = Variants()

ANY_PRINCIPAL = PRINCIPAL_ACCOUNT_IDS[0]


def for_some_principal(call: Call) -> Call:
    """The same with a principal that exists."""
    return call.saying({**asked(call), "principalAccountID": ANY_PRINCIPAL})


# The principal


@DEFECTS.breaking("moov.422.missing")
@in_calls
def shares_with_the_caller_where_no_principal_is_named(call: Call) -> Call:
    """Takes the caller's account for the principal where none is named."""
    is_unnamed = isinstance(call.json(), dict) and "principalAccountID" not in asked(call)
    return for_some_principal(call) if is_unnamed else call


@DEFECTS.breaking("moov.422.missing")
@in_calls
def needs_a_principal_only_for_scopes(call: Call) -> Call:
    """Accepts a request without a principal where it names no scopes either."""
    return for_some_principal(call) if call.json() == {} else call


@DEFECTS.breaking("moov.422.missing")
async def calls_a_missing_principal_bad_syntax(call: Call, mock: Mock) -> Reply:
    """Answers 400 where the principal is missing."""
    is_unnamed = isinstance(call.json(), dict) and "principalAccountID" not in asked(call)
    reply = await mock(call)
    return bad_request("principalAccountID is required") if is_unnamed and reply.status == 422 else reply


@DEFECTS.breaking("moov.422.missing")
async def falls_over_a_missing_principal(call: Call, mock: Mock) -> Reply:
    """Fails where scopes are shared with nobody."""
    return Reply(500) if scopes(call) and "principalAccountID" not in asked(call) else await mock(call)


@DEFECTS.breaking("moov.422.missing")
@in_calls
def reads_the_names_of_properties_in_any_case(call: Call) -> Call:
    """Takes principalAccountId for principalAccountID."""
    names = {name.lower(): name for name in ("principalAccountID", "allowScopes")}
    found = {names.get(name.lower(), name): value for name, value in asked(call).items()}
    return call.saying(found) if set(found) != set(asked(call)) else call


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
def takes_a_null_principal_for_the_caller(call: Call) -> Call:
    """Takes the caller's account for the principal where that is null."""
    is_null = "principalAccountID" in asked(call) and principal(call) is None
    return for_some_principal(call) if is_null else call


@DEFECTS.breaking("moov.422.type")
@in_calls
def takes_the_first_of_several_principals(call: Call) -> Call:
    """Takes a list of principals and shares with the first."""
    named = principal(call)
    return call.saying({**asked(call), "principalAccountID": named[0]}) if named and isinstance(named, list) else call


@DEFECTS.breaking("moov.422.type")
@in_calls
def writes_numbers_out_as_principals(call: Call) -> Call:
    """Makes a text of a principal that is a number or a truth value, and takes it as it comes."""
    return for_some_principal(call) if isinstance(principal(call), int | float) else call


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
@in_calls
def takes_false_for_no_scopes(call: Call) -> Call:
    """Takes zero, false or an empty text in place of the list for no scopes."""
    wanted = asked(call).get("allowScopes")
    return with_scopes(call, []) if wanted in (0, False, "") else call


@DEFECTS.breaking("moov.422.type")
@in_calls
def drops_scopes_that_are_null(call: Call) -> Call:
    """Drops elements of allowScopes that are null."""
    return without_scopes(call, [index for index, scope in enumerate(scopes(call)) if scope is None])


@DEFECTS.breaking("moov.422.type")
async def falls_over_a_list_within_the_list(call: Call, mock: Mock) -> Reply:
    """Fails where an element of allowScopes is a list or an object."""
    return Reply(500) if any(isinstance(scope, list | dict) for scope in scopes(call)) else await mock(call)


@DEFECTS.breaking("moov.422.type")
async def falls_over_an_empty_body(call: Call, mock: Mock) -> Reply:
    """Fails where no body comes."""
    return await mock(call) if call.body else Reply(500)


@DEFECTS.breaking("moov.422.type")
@in_calls
def takes_a_list_of_one_request(call: Call) -> Call:
    """Takes a list of requests, and does the first."""
    body = call.json()
    return call.saying(body[0] if body else {"principalAccountID": ANY_PRINCIPAL}) if isinstance(body, list) else call


@DEFECTS.breaking("moov.422.type")
@in_calls
def reads_json_within_json(call: Call) -> Call:
    """Takes a text in place of the object, and the JSON that stands in it."""
    body = call.json()
    return for_some_principal(call.saying({})) if isinstance(body, str) else call
