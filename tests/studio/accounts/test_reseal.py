"""The master key changes without a key lost: all are sealed anew, or none (KEY-12, KEY-13)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from studio.accounts import keys
from studio.accounts.models import Key
from tests.conftest import MakeMember
from tests.studio.accounts.conftest import KEY, OTHER, Provider, line

pytestmark = pytest.mark.django_db


def test_every_key_opens_after_the_old_line_is_gone(
    member: MakeMember,
    doitong: Provider,
    write_keyring: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, new, ada = line("k1"), line("k2"), member()
    write_keyring(old)
    keys.save_key(member=ada, text=KEY, plan="pro", actor=ada)
    keys.save_key(member=ada, text=OTHER, plan="pro", actor=ada)
    write_keyring(new, old)
    call_command("reseal_keys")
    assert capsys.readouterr().out == "2 keys are sealed under the first line of the keyring.\n"
    write_keyring(new)
    second, first = Key.objects.order_by("-created_at")
    assert keys.secret_of(first).reveal() == KEY
    assert keys.secret_of(second).reveal() == OTHER
    with pytest.raises(keys.KeyTaken):
        keys.save_key(member=None, text=OTHER, plan="pro", actor=ada)


def test_where_one_does_not_open_nothing_is_changed(
    member: MakeMember, doitong: Provider, write_keyring: Callable[..., Any]
) -> None:
    old, ada = line("k1"), member()
    write_keyring(old)
    keys.save_key(member=ada, text=KEY, plan="pro", actor=ada)
    write_keyring(line("k9"))
    keys.save_key(member=None, text=OTHER, plan="pro", actor=ada)
    before = list(Key.objects.order_by("pk").values_list("sealed", flat=True))
    write_keyring(line("k2"), old)
    with pytest.raises(CommandError, match=r"Nothing was changed\. .*“k9”"):
        call_command("reseal_keys")
    assert list(Key.objects.order_by("pk").values_list("sealed", flat=True)) == before
