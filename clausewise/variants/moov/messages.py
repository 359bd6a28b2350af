"""Defects in what a 422 says of the properties and the scopes at fault."""

from __future__ import annotations

from typing import Any

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import in_replies
from clausewise.variants.moov.shared import asked, scope_messages, scopes, unknown_scopes
from clausewise.variants.variant import Variants

DEFECTS = Variants()


def with_scope_messages(reply: Reply, messages: Any) -> Reply:
    """The same 422 with this under allowScopes; one that says nothing of them as it is."""
    return reply.showing({**reply.json(), "allowScopes": messages}) if scope_messages(reply) else reply


# The shape


@DEFECTS.breaking("moov.422.body")
@in_replies(422)
def has_no_message_for_two_scopes(call: Call, reply: Reply) -> Reply:
    """Sends null under each index but the first that failed, where more than one did."""
    first = next(iter(scope_messages(reply)), None)
    return with_scope_messages(reply, {at: s if at == first else None for at, s in scope_messages(reply).items()})


@DEFECTS.breaking("moov.422.body")
@in_replies(422)
def says_nothing_of_a_missing_principal(call: Call, reply: Reply) -> Reply:
    """Sends no body with a 422 that tells of the principal."""
    return reply.holding(b"") if "principalAccountID" in reply.json() else reply


@DEFECTS.breaking("moov.422.keys")
@in_replies(422)
def sends_an_error_without_a_property(call: Call, reply: Reply) -> Reply:
    """Sends an error in place of the properties where the principal is missing."""
    is_missing = "principalAccountID" in reply.json() and "principalAccountID" not in asked(call)
    return reply.showing({"error": "invalid"}) if is_missing else reply


@DEFECTS.breaking("moov.422.keys")
@in_replies(422)
def sends_an_empty_object(call: Call, reply: Reply) -> Reply:
    """Sends an empty object with a 422."""
    return reply.showing({})


@DEFECTS.breaking("moov.422.keys")
@in_replies(422)
def names_scopes_by_their_names(call: Call, reply: Reply) -> Reply:
    """Sends the message about each scope under its name in place of its index."""
    names = [str(scope) for scope in scopes(call)] or ["allowScopes"]
    return with_scope_messages(reply, {names[int(at)]: said for at, said in scope_messages(reply).items()})


@DEFECTS.breaking("moov.422.keys")
@in_replies(422)
def names_scopes_by_their_whole_path(call: Call, reply: Reply) -> Reply:
    """Sends messages under keys like allowScopes[0]."""
    flat = {f"allowScopes[{at}]": said for at, said in scope_messages(reply).items()}
    return reply.showing(flat) if flat else reply


@DEFECTS.breaking("moov.422.names-field")
@in_replies(422)
def blames_the_principal_for_its_scopes(call: Call, reply: Reply) -> Reply:
    """Sends the message about a scope under principalAccountID."""
    return reply.showing({"principalAccountID": "cannot have these scopes"}) if scope_messages(reply) else reply


# The index of a scope at fault


@DEFECTS.breaking("moov.422.names-element")
@in_replies(422)
def blames_the_first_scope(call: Call, reply: Reply) -> Reply:
    """Sends the message about any scope under the index 0."""
    return with_scope_messages(reply, {"0": "is no scope"})


@DEFECTS.breaking("moov.422.names-element")
@in_replies(422)
def counts_scopes_in_the_order_of_the_alphabet(call: Call, reply: Reply) -> Reply:
    """Sorts the scopes before it counts them."""
    names = [str(scope) for scope in scopes(call)]
    found = {str(sorted(names).index(names[at])): "is no scope" for at in unknown_scopes(call)}
    return with_scope_messages(reply, found or scope_messages(reply))
