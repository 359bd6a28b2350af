"""Loads the plugin, so that its options are known wherever pytest is started in this project."""

pytest_plugins = ["clausewise.pytest_plugin"]
