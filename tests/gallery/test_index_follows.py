"""The search's index follows its cards by itself, whatever migrations did to their table (C3)."""

import pytest
from django.db import connection

from studio.accounts.models import Member
from tests.gallery import factories

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps a generated column")
def test_the_triggers_are_there(ada: Member) -> None:
    factories.image(ada)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'gallery_card'")
        names = {row[0] for row in cursor.fetchall()}
    assert names == {"gallery_index_made", "gallery_index_gone", "gallery_index_changed"}
