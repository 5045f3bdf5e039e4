import pytest

from diagnostics.errors import Broken
from diagnostics.facts.table import gather_table
from diagnostics.facts.workload import gather_workload
from tests.diagnostics.checks.scene import ask, aws


def test_an_answer_without_a_table_is_no_table() -> None:
    with pytest.raises(Broken, match="DescribeTable in eu-west-1: AWS's answer holds no table"):
        gather_table(ask(), aws({"dynamodb:DescribeTable": {}}))


def test_an_answer_without_a_function_is_not_a_function_outside_any_vpc() -> None:
    reader = aws({"lambda:GetFunctionConfiguration": {"Environment": {}}})
    with pytest.raises(Broken, match="GetFunctionConfiguration in eu-west-1: AWS named no funct"):
        gather_workload(ask(), reader)
