import pytest

from diagnostics.aws.regions import known_regions, nearest_region, valid_region


@pytest.mark.parametrize(
    "name",
    [
        "us-east-1",
        "eu-west-1",
        "eu-south-2",  # opt-in
        "mx-central-1",
        "cn-north-1",
        "us-gov-west-1",
        "us-iso-east-1",
        "eusc-de-east-1",
    ],
)
def test_regions_of_every_partition_are_valid(name: str) -> None:
    assert valid_region(name)


@pytest.mark.parametrize(
    "name", ["", "eu-wst-1", "eu-west-9", "local", "EU-WEST-1", "eu-west-1a", "x" * 100_000]
)
def test_what_botocore_does_not_list_is_no_region(name: str) -> None:
    assert not valid_region(name)


def test_the_configuration_may_name_one_more() -> None:
    assert valid_region("xx-lab-1", extra=["xx-lab-1"])


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("eu-wst-1", "eu-west-1"),
        ("us-east1", "us-east-1"),
        ("US-EAST-2", "us-east-2"),
        ("eu-central", "eu-central-1"),
    ],
)
def test_the_nearest_region_is_named(typed: str, nearest: str) -> None:
    assert nearest_region(typed) == nearest


@pytest.mark.parametrize("typed", ["", "?", "x" * 100_000])
def test_anything_typed_has_some_nearest_region(typed: str) -> None:
    assert nearest_region(typed) in known_regions()


def test_a_configured_region_may_be_the_nearest() -> None:
    assert nearest_region("xx-lob-1", extra=["xx-lab-1"]) == "xx-lab-1"
