"""Prepared statements say what the same querysets say, with other values at each call."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio import prepared
from studio.credits.models import Account
from studio.generation.models import Attempt, Job, Request, Run
from studio.generation.states import State
from tests.studio.generation.rows import a_job, a_key, a_member, a_run


@pytest.fixture
def run(db: None) -> Run:
    return a_run(a_member(), a_key())


def jobs_of() -> QuerySet[Job]:
    return Job.objects.filter(run=prepared.uuid("run"), position__gte=prepared.number("first"))


def test_rows_are_what_the_queryset_yields_with_what_was_read_beside_them(run: Run) -> None:
    made = [a_job(run), a_job(run), a_job(run)]
    read = prepared.Rows(lambda: jobs_of().select_related("key", "run").order_by("position"))
    found = read(run=run.pk, first=0)
    again = list(Job.objects.filter(run=run).order_by("position"))
    for one, same in zip(found, again, strict=True):
        fields = [field.attname for field in Job._meta.concrete_fields]
        assert [getattr(one, name) for name in fields] == [getattr(same, name) for name in fields]
        assert not one._state.adding
    with CaptureQueriesContext(connection) as asked:
        assert {(one.key, one.run) for one in found} == {(made[0].key, run)}
    assert not asked.captured_queries
    assert read(run=run.pk, first=made[1].position) == made[1:]
    assert read(run=uuid4(), first=0) == []


def test_tuples_single_values_and_the_first_of_them(run: Run) -> None:
    job = a_job(run, state=State.SENDING, sent_at=timezone.now())
    pairs = prepared.Rows(lambda: jobs_of().values_list("purchase", "sent_at"))
    single = prepared.Rows(lambda: jobs_of().values_list("id", flat=True)[:1])
    assert pairs(run=run.pk, first=0) == [(job.purchase, job.sent_at)]
    assert single.first(run=run.pk, first=0) == job.pk
    assert isinstance(single.first(run=run.pk, first=0), UUID)
    assert single.first(run=run.pk, first=job.position + 1) is None


def test_a_count_of_what_changes_between_two_calls(run: Run) -> None:
    number = prepared.counting(lambda: jobs_of().order_by("-position"))
    assert number(run=run.pk, first=0) == [0]
    a_job(run)
    assert number(run=run.pk, first=0) == [1]


def test_moments_are_compared_as_the_database_keeps_them(run: Run) -> None:
    now = timezone.now()
    a_job(run, sent_at=now)
    after = prepared.counting(lambda: Job.objects.filter(sent_at__gt=prepared.moment("moment")))
    assert after(moment=now) == [0]
    assert after(moment=now - timedelta(microseconds=1)) == [1]


def test_a_change_writes_what_it_is_given_and_says_how_many(run: Run) -> None:
    job, other = a_job(run), a_job(run)
    change = prepared.Change(
        lambda: Job.objects.filter(Q(state=State.QUEUED), pk=prepared.uuid("job")),
        state=State.SENDING,
        detail=prepared.text("detail"),
        picks=prepared.Given("picks", Job._meta.get_field("picks")),
        claim=prepared.uuid("claim"),
    )
    assert change(job=job.pk, detail="100 % “sure”", picks=["a", None], claim=None) == 1
    assert change(job=job.pk, detail="twice", picks=[], claim=None) == 0
    job.refresh_from_db()
    other.refresh_from_db()
    assert (job.state, job.detail, job.picks, job.claim) == (State.SENDING, "100 % “sure”", ["a", None], None)
    assert other.state == State.QUEUED


def test_a_change_takes_an_expression_for_once_and_a_value_after_it(run: Run) -> None:
    job = a_job(run, charged_late=3)
    change = prepared.Change(
        lambda: Job.objects.filter(pk=prepared.uuid("job")), charged_late=prepared.number("charged_late")
    )
    assert change(job=job.pk, charged_late=F("charged_late") + 4) == 1
    assert Job.objects.get(pk=job.pk).charged_late == 7
    assert change(job=job.pk, charged_late=1) == 1
    assert Job.objects.get(pk=job.pk).charged_late == 1


def test_places_within_reckoning(run: Run) -> None:
    Account.objects.create(member=run.member, balance=10)
    amount = prepared.number("amount")
    take = prepared.Change(
        lambda: Account.objects.filter(member=prepared.uuid("member"), balance__gte=F("held") + amount),
        held=F("held") + amount,
    )
    assert [take(member=run.member_id, amount=number) for number in (8, 3, 2)] == [1, 0, 1]
    assert Account.objects.get(member=run.member).held == 10


def test_an_insert_gives_the_row_its_number_and_the_database_its_defaults(run: Run) -> None:
    job, now = a_job(run), timezone.now()
    insert = prepared.Insert(Attempt)
    first = insert(Attempt(job=job, number=1, verb="generate", started_at=now, request={"a": [1]}))
    second = insert(Attempt(job=job, number=2, verb="generate", started_at=now))
    assert list(Attempt.objects.all()) == [first, second]
    again = Attempt.objects.get(pk=first.pk)
    assert (again.request, again.headers, again.started_at, again.job) == ({"a": [1]}, {}, now, job)
    second.outcome = "done"
    second.save()
    assert Attempt.objects.count() == 2


def test_an_insert_keeps_to_what_is_unique(run: Run) -> None:
    job = a_job(run)
    with pytest.raises(IntegrityError), transaction.atomic():
        prepared.Insert(Job)(
            Job(pk=job.pk, run=run, member=run.member, key=run.key, created_at=timezone.now())
        )


def test_what_is_not_given_is_an_error_and_no_guess(run: Run) -> None:
    with pytest.raises(KeyError):
        prepared.Rows(jobs_of)(run=run.pk)


def test_what_can_never_be_finds_nothing(run: Run) -> None:
    a_job(run)
    never = Q(state__in=[], run=prepared.uuid("run"))
    assert prepared.Rows(lambda: Job.objects.filter(never))(run=run.pk) == []
    assert prepared.counting(lambda: Job.objects.filter(never))(run=run.pk) == [0]
    assert prepared.Change(lambda: Job.objects.filter(never), detail="?")(run=run.pk) == 0


def test_a_statement_is_put_together_once(run: Run) -> None:
    built = []

    def queryset() -> QuerySet[Request]:
        built.append(1)
        return Request.objects.filter(account=prepared.uuid("account"))

    read = prepared.Rows(queryset)
    assert [read(account=uuid4()) for _ in range(3)] == [[], [], []]
    assert len(built) == 1
