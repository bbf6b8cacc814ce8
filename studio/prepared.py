"""Statements that the ORM puts together once and that run many times after that, with other values.

Most of what a small statement costs is the building of its SQL. The few that every image asks for on its
way are written as querysets all the same, with `given` places in them, and built when they first run, once
a database vendor: `Rows` reads, `Change` updates, `Insert` inserts. Touches the current connection alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, cast, override

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import Count, Expression, QuerySet, sql
from django.db.models.expressions import Col, Combinable
from django.db.models.query import FlatValuesListIterable, ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

type Convert = Callable[[Any, Any, Any], Any]
type Params = Sequence[object]


class Given(Expression):
    """A place in a statement; its value is told by name at each call."""

    def __init__(self, name: str, field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    @override
    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        return "%s", (self,)

    def read(self, values: Mapping[str, object], present: Any) -> object:
        """Return its value as the database at hand takes it; an instance stands for its key."""
        value = values[self.name]
        if isinstance(value, models.Model):
            value = value.pk
        return self.output_field.get_db_prep_save(value, connection=present)


def uuid(name: str) -> Any:
    """Return the place of a UUID."""
    return Given(name, models.UUIDField())


def moment(name: str) -> Any:
    """Return the place of a date and time."""
    return Given(name, models.DateTimeField())


def number(name: str) -> Any:
    """Return the place of a whole number."""
    return Given(name, models.BigIntegerField())


def text(name: str) -> Any:
    """Return the place of a text."""
    return Given(name, models.TextField())


def columns(model: type[models.Model], names: Iterable[str]) -> dict[str, Any]:
    """Return places for columns of a model, under their own names."""
    fields = {name: model._meta.get_field(name) for name in names}
    return {name: Given(name, field) for name, field in fields.items() if isinstance(field, models.Field)}


class _Built:
    """A statement's SQL and its values, some of which are still to be given."""

    def __init__(self, compiler: SQLCompiler) -> None:
        self.sql, params = compiler.as_sql()
        self._params = tuple(params)

    def run(self, cursor: Any, values: Mapping[str, object]) -> None:
        present = connections[DEFAULT_DB_ALIAS]  # looked up once: the proxy of it is dear for each value
        told = [one.read(values, present) if isinstance(one, Given) else one for one in self._params]
        cursor.execute(self.sql, told)


class _Query(_Built):
    """A statement that reads, and how its rows become what its queryset yields."""

    def __init__(self, queryset: "QuerySet[Any, Any]") -> None:
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False)
        super().__init__(compiler)
        self._convert = _converters(compiler)
        self._made = _maker(compiler, queryset)

    def rows(self, values: Mapping[str, object]) -> list[Any]:
        with connection.cursor() as cursor:
            self.run(cursor, values)
            found = cursor.fetchall()
        return [self._made(row) for row in self._converted(found)]

    def _converted(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        if not self._convert:
            yield from rows
            return
        present = connections[DEFAULT_DB_ALIAS]
        for row in rows:
            mine = list(row)
            for place, converts, expression in self._convert:
                for convert in converts:
                    mine[place] = convert(mine[place], expression, present)
            yield tuple(mine)


class Rows[T]:
    """What a queryset yields: model instances, or with `values_list` tuples, or single values of one name."""

    def __init__(self, queryset: "Callable[[], QuerySet[Any, T]]") -> None:
        self._queryset = queryset
        self._built: dict[str, _Query] = {}

    def __call__(self, **given: object) -> list[T]:
        """Return the rows. Raises django.db.Error, and KeyError where a place is not given."""
        built = self._built.get(connection.vendor)
        if built is None:
            built = self._built[connection.vendor] = _Query(self._queryset())
        return built.rows(given)

    def first(self, **given: object) -> T | None:
        """Return the first row, None where there is none; the queryset is sliced to one. Raises as a call."""
        return next(iter(self(**given)), None)


def counting(queryset: Callable[[], "QuerySet[Any, Any]"]) -> Rows[int]:
    """Return a statement that counts the rows of a queryset: it has one row, with the number."""

    def counted() -> "QuerySet[Any, int]":
        found = queryset().order_by().values_list("pk", flat=True)
        found.query.clear_select_clause()
        found.query.add_annotation(Count("*"), "n")
        return cast("QuerySet[Any, int]", found)

    return Rows(counted)


class Change:
    """An update of what a queryset finds, of columns whose values are constants or places."""

    def __init__(self, queryset: "Callable[[], QuerySet[Any, Any]]", **columns: Any) -> None:
        self._queryset, self._columns = queryset, columns
        self._built: dict[str, _Built] = {}

    def __call__(self, **given: object) -> int:
        """Return how many rows were changed. Raises as `Rows`.

        What is given may be an expression, as for `update`: then it is put together for this once.
        """
        try:
            built = self._found(given)
        except EmptyResultSet:  # what can never be
            return 0
        with connection.cursor() as cursor:
            built.run(cursor, given)
            return int(cursor.rowcount)

    def _found(self, given: Mapping[str, object]) -> _Built:
        reckoned = {name: value for name, value in given.items() if isinstance(value, Combinable)}
        if reckoned:
            return self._build(reckoned)
        built = self._built.get(connection.vendor)
        if built is None:
            built = self._built[connection.vendor] = self._build({})
        return built

    def _build(self, reckoned: Mapping[str, object]) -> _Built:
        query: Any = self._queryset().query.chain(sql.UpdateQuery)
        query.add_update_values({**self._columns, **reckoned})
        return _Built(query.get_compiler(DEFAULT_DB_ALIAS))


class Insert[M: models.Model]:
    """The insert of one new instance of a model."""

    def __init__(self, model: type[M]) -> None:
        self._model, options = model, model._meta
        self._keyed = options.auto_field is None
        self._fields = [field for field in options.local_concrete_fields if field is not options.auto_field]
        self._pk = str(options.pk.attname)
        quote = connection.ops.quote_name
        names = ", ".join(quote(str(field.column)) for field in self._fields)
        places = ", ".join(["%s"] * len(self._fields))
        back = "" if self._keyed else f" RETURNING {quote(str(options.pk.column))}"
        self._sql = f"INSERT INTO {quote(options.db_table)} ({names}) VALUES ({places}){back}"  # noqa: S608

    def __call__(self, row: M, *, along: str = "", given: Sequence[Any] = ()) -> M:
        """Insert it and return it, with the number that the database gave it. Raises django.db.Error.

        `along` is what the same statement changes besides, `WITH …` and what is given for its places: one way
        to the database instead of several. PostgreSQL alone takes it.
        """
        present = connections[DEFAULT_DB_ALIAS]
        values = [
            field.get_db_prep_save(field.pre_save(row, add=True), connection=present)
            for field in self._fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(along + self._sql, [*given, *values])
            if not self._keyed:
                [number] = cursor.fetchone()
                setattr(row, self._pk, number)
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
        return row

    def all(self, rows: Sequence[M]) -> None:
        """Insert several, as `bulk_create` does where there is more than one. Raises as a call."""
        if len(rows) == 1:
            self(rows[0])
        else:
            self._model._default_manager.bulk_create(rows)


def _converters(compiler: SQLCompiler) -> list[tuple[int, list[Convert], object]]:
    """Return how columns become values, without a hold on the connection that they were built with."""
    fields = [one[0] for one in compiler.select]
    found = compiler.get_converters(fields)
    return [(place, [_loose(one) for one in ways], field) for place, (ways, field) in found.items()]


def _loose(convert: Any) -> Convert:
    if getattr(convert, "__self__", None) is not connection.ops:
        return cast(Convert, convert)
    return partial(_converted_by, convert.__name__)


def _converted_by(name: str, value: object, expression: object, present: Any) -> object:
    return getattr(present.ops, name)(value, expression, present)


def _maker(compiler: SQLCompiler, queryset: "QuerySet[Any, Any]") -> Callable[[tuple[Any, ...]], Any]:
    """Return what makes of a row what the queryset yields."""
    kind = queryset._iterable_class
    if issubclass(kind, FlatValuesListIterable):
        return itemgetter(0)
    return _instances(compiler, queryset) if issubclass(kind, ModelIterable) else tuple


def _instances(compiler: SQLCompiler, queryset: "QuerySet[Any, Any]") -> Callable[[tuple[Any, ...]], Any]:
    """Return what makes an instance of a row, with the related ones that are read with it."""
    told: Any = compiler.klass_info
    model, places, fetch_mode = told["model"], told["select_fields"], queryset._fetch_mode  # type: ignore[attr-defined]
    start, end = places[0], places[-1] + 1
    columns = cast("list[tuple[Col, Any, Any]]", compiler.select)[start:end]
    names = [str(column[0].target.attname) for column in columns]
    related = get_related_populators(told, compiler.select, DEFAULT_DB_ALIAS, fetch_mode)
    more = dict(compiler.annotation_col_map or {})

    def make(row: tuple[Any, ...]) -> Any:
        made = model.from_db(DEFAULT_DB_ALIAS, names, row[start:end], fetch_mode=fetch_mode)
        for one in related:
            one.populate(row, made)
        for name, place in more.items():
            setattr(made, name, row[place])
        return made

    return make
