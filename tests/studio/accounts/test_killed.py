"""The master key is changed and whoever does it dies at any row: all that is sealed still opens (KEY-12)."""

import json

import pytest

from tests.studio.accounts.conftest import line
from tests.studio.credits.conftest import course
from tests.studio.credits.course import Course

__all__ = ["course"]
RING = """
import sys
from django.conf import settings
settings.KEYRING_FILE.parent.mkdir(parents=True, exist_ok=True)
settings.KEYRING_FILE.write_text("\\n".join(sys.argv[1:]) + "\\n")
settings.KEYRING_FILE.chmod(0o600)
"""
KEEP = """
from allauth.mfa.models import Authenticator
from studio.accounts import keys, secondfactor
from studio.accounts.models import Key, Member
from studio.doitong import Secret
class Good:
    def __init__(self, secret): pass
    def test_key(self): pass
ring = secondfactor.Adapter()
for n in range(3):
    who = Member.objects.create_user(f"keeper-{n}@studio.test", name="Keeper")
    key = keys.save_key(
        member=who, text=f"dk_live_keeper_{n}_4uHq8ZpW2m", plan="pro", actor=who, client_factory=Good
    )
    keys.save_hook_secret(key, Secret(f"whsec_{n}_abcdefghijklmnopqrstuvwxyz"), who)
Authenticator.objects.create(user=who, type="totp", data={"secret": ring.encrypt("JBSWY3DPEHPK3PXP")})
"""
DIE = """
import os, signal, sys
from allauth.mfa.models import Authenticator
from studio.accounts import secondfactor, vault
from studio.accounts.models import Key
left = int(sys.argv[1])
def dying(model):
    save = model.save
    def saved(row, *args, **kwargs):
        global left
        save(row, *args, **kwargs)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    model.save = saved
dying(Key)
dying(Authenticator)
print(vault.reseal())
"""
OPENED = """
import json
from allauth.mfa.models import Authenticator
from django.utils import timezone
from studio.accounts import secondfactor, vault
from studio.accounts.models import Key
opened = {vault.peek(key).reveal() for key in Key.objects.all()}
opened |= {one.reveal() for key in Key.objects.all() for one in vault.hook_secrets(key, timezone.now())}
opened |= {secondfactor.Adapter().decrypt(one.data["secret"]) for one in Authenticator.objects.all()}
under = {key.sealed.split(":")[1] for key in Key.objects.all()}
print(json.dumps([len(opened), sorted(under)]))
"""
ROWS = 4  # three keys and an authenticator app
SECRETS = 7  # three keys, three webhook secrets, one of the app


def test_key_12_killed_at_each_row_all_opens_and_the_rest_is_done_later(course: Course) -> None:
    old, new = line("k1"), line("k2")
    course.run("-c", RING, old)
    course.run("-c", KEEP)
    course.run("-c", RING, new, old)
    for row in range(1, ROWS + 1):
        assert course.ended("-c", DIE, str(row)) == -1, "it was killed"
        assert json.loads(course.run("-c", OPENED)) == [SECRETS, ["k1"]]
    assert course.run("-c", DIE, "0").strip() == "3"
    course.run("-c", RING, new)
    assert json.loads(course.run("-c", OPENED)) == [SECRETS, ["k2"]]
    assert course.ended("-c", RING, old) == 0
    with pytest.raises(AssertionError, match="WrongKeyError"):
        course.run("-c", OPENED)
