"""Mocks of the APIs, written from the vendors' documents and served over real HTTP on this machine."""

from clausewise.mock.server import APIS, MockError, RunningMock, serve, serve_app

__all__ = ["APIS", "MockError", "RunningMock", "serve", "serve_app"]
