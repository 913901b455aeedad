"""Tests of the templates as templates; a generated project brings the tests of its service."""
