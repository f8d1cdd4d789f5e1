"""Importing as one person, as in the tests of imports."""

from importexport.conftest import clean_home, importer

__all__ = ["clean_home", "importer"]
