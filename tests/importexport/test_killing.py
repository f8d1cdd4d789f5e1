"""Safety row F1: ten times the power goes during an import (five on PostgreSQL). The bench does it a hundred times."""

from __future__ import annotations

import pytest

from importexport.killing import rounds
from installation import Installation
from kebu.core.db import POSTGRES


@pytest.mark.timeout(900)
def test_nothing_is_lost_and_no_import_stays_partial(installation: Installation) -> None:
    installation.init()
    count = 5 if POSTGRES else 10
    tally = rounds(installation, count, 1000, longest=0.5)
    assert tally.kills == count
    assert tally.interrupted >= count / 2
    assert len(tally.created) > 2 * count
    done = installation.run("check")
    assert done.returncode == 0, done.stderr
