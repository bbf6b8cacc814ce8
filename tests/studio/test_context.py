"""What every page says of the house."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings


@pytest.mark.django_db
def test_the_teams_name_stands_beside_the_brand_where_there_is_one(
    client: Client, settings: Settings
) -> None:
    assert b"brand__team" not in client.get("/sign-in").content
    settings.TEAM = "Harbour & Sons"
    page = client.get("/sign-in").content.decode()
    assert '<span class="brand__team">Harbour &amp; Sons</span>' in page
    assert "Harbour &amp; Sons runs this Studio." in page
