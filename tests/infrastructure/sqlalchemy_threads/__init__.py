"""Tests of infrastructure in process."""
