# tests/bad-plugins
