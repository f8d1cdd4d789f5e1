"""Safety row F1: ten times the power goes during an import. The bench does it a hundred times."""

from __future__ import annotations

import pytest

from importexport.killing import rounds
from installation import Installation


@pytest.mark.timeout(900)
def test_nothing_is_lost_and_no_import_stays_partial(installation: Installation) -> None:
    installation.init()
    tally = rounds(installation, 10, 5000)
    assert tally.kills == 10
    assert len(tally.created) > 50
    done = installation.run("check")
    assert done.returncode == 0, done.stderr
