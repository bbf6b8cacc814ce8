"""Entries and events are only ever added: the database refuses the rest by itself (LED-10, LOG-01)."""

import json

from tests.studio.credits.course import Course

TRIES = """
import sys, json
from django.db import connection, transaction
from studio.accounts.models import Event
from studio.credits.models import Entry

def sql(text):
    with connection.cursor() as cursor:
        cursor.execute(text)

def save(model, **changes):
    row = model.objects.earliest("id")
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()

tries = {
    "entry save": lambda: save(Entry, reason="other"),
    "entry update": lambda: Entry.objects.update(reason="other"),
    "entry delete": lambda: Entry.objects.all().delete(),
    "entry sql update": lambda: sql("UPDATE credits_entry SET posted = 1000000"),
    "entry sql delete": lambda: sql("DELETE FROM credits_entry"),
    "event save": lambda: save(Event, verb="other"),
    "event update": lambda: Event.objects.update(detail={}),
    "event delete": lambda: Event.objects.all().delete(),
    "event sql update": lambda: sql("UPDATE accounts_event SET verb = 'x'"),
    "event sql delete": lambda: sql("DELETE FROM accounts_event"),
}
answers = {}
for name, attempt in tries.items():
    try:
        with transaction.atomic():
            attempt()
        answers[name] = "done"
    except Exception as error:
        answers[name] = f"{type(error).__name__}: {error}"
print(json.dumps([answers, Entry.objects.count(), Event.objects.count()]))
"""


def test_the_database_refuses_to_change_or_delete_an_entry_or_an_event(course: Course) -> None:
    course.prepare(start=100, holds=2)
    answers, entries, events = json.loads(course.run("-c", TRIES))
    assert len(answers) == 10
    for name, answer in answers.items():
        table = "credits_entry" if name.startswith("entry") else "accounts_event"
        assert answer.startswith(f"IntegrityError: {table} is append-only"), name
    assert entries >= 3
    assert events >= 1
