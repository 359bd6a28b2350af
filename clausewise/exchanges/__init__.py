"""Talking to a target: the client, the pace that the target asks for, and the conversation of both."""

from clausewise.exchanges.conversation import Conversation

__all__ = ["Conversation"]
