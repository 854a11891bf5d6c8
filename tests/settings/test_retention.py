"""`[retention]`: days, or 0 for ever; too few days and a misspelt key are refused."""

import pytest
from pydantic import ValidationError

from bot.settings import Configuration
from bot.settings.retention import SHORTEST, RetentionTable


def test_without_a_table_it_is_a_month_and_a_quarter_for_alerts():
    assert Configuration().retention == RetentionTable(deliveries=30, jobs=30, alerts=90)


@pytest.mark.parametrize("name", RetentionTable.model_fields)
@pytest.mark.parametrize(
    ("days", "why"), [(SHORTEST - 1, "at least 7 days"), (1, "at least 7"), (-1, "greater"), (4000, "less"), ("30d", "integer")]
)
def test_days_that_would_let_a_copy_pass_for_new_are_refused(name, days, why):
    with pytest.raises(ValidationError, match=why):
        Configuration.model_validate({"retention": {name: days}})


@pytest.mark.parametrize("name", RetentionTable.model_fields)
@pytest.mark.parametrize("days", [0, SHORTEST, 3650])
def test_days_that_keep_everything_or_long_enough_are_taken(name, days):
    assert getattr(Configuration.model_validate({"retention": {name: days}}).retention, name) == days


def test_a_misspelt_key_is_refused():
    with pytest.raises(ValidationError, match="job"):
        Configuration.model_validate({"retention": {"job": 30}})
