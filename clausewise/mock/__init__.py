"""Mocks of the APIs, written from the vendors' documents and served over real HTTP on this machine."""

from clausewise.mock.server import APIS, MockApi, MockError, RunningMock, mock_of, serve, serve_app

__all__ = ["APIS", "MockApi", "MockError", "RunningMock", "mock_of", "serve", "serve_app"]
