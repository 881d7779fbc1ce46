"""psycopg and SQLAlchemy at the warehouse's PostgreSQL: port, e-mail address, password."""

import datetime
import decimal
import sys
import threading
import time

import psycopg
import sqlalchemy
from refusing import refuses

port, user, password = sys.argv[1:4]
place = dict(host="127.0.0.1", port=port, user=user, dbname="rapport")

connection = psycopg.connect(**place, password=password, autocommit=True)


def ask(sql, *parameters, **more):
    return connection.execute(sql, parameters, **more).fetchall()


# A parameter is what its sender says it is, whatever it is compared with.
for number in (5, 70_000_000_000, 5.5, decimal.Decimal("5.55555")):
    names = ["Harbour"] if number < 1200 else []
    assert [name for (name,) in ask("select name from deal where amount > %s", number)] == names, number
assert ask("select name from deal where amount = %s", decimal.Decimal("1200.50")) == [("Harbour",)]
assert ask("select name from deal where close_date = %s", datetime.date(2026, 5, 1)) == [("Harbour",)]
assert ask("select count(*) from deal where created_at < %s", datetime.datetime.now(datetime.UTC)) == [(1,)]
assert ask("select name from deal where version = any(%s) limit %s", [1, 2, 70_000], 10) == [("Harbour",)]
assert ask("select name from deal where name = any(%s)", ["Harbour", "Mountain"]) == [("Harbour",)]
assert ask("select name from deal where name = any(%s)", []) == []
assert ask("select %s, %s + 1, %s::text", "a", 1, None) == [("a", 2, None)]
refuses(lambda: ask("select 1 from deal where amount > %s", decimal.Decimal(10) ** 27))
with connection.transaction():
    with connection.transaction():
        assert ask("select 1") == [(1,)]
    refuses(lambda: connection.execute("insert into deal (name) values (%s)", ["x"]), "only read")

# What Superset makes of a span of time, of time in pieces, and of a table's indexes.
spanned = """
    select date_trunc('month', close_date) as __timestamp, sum(amount) as revenue from public.deal
    where close_date >= to_date('2026-01-01', 'YYYY-MM-DD') and close_date < to_date('2027-01-01', 'YYYY-MM-DD')
    and created_at >= to_timestamp('2020-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US')
    group by date_trunc('month', close_date) order by revenue desc limit 100"""
assert ask(spanned) == [(datetime.datetime(2026, 5, 1), decimal.Decimal("1200.5"))]
pieces = """
    select date_trunc('hour', at) + interval '15 minutes' * floor(extract(minute from at) / 15)
    from (select timestamp '2026-05-01 10:50:00' as at) as virtual_table"""
assert ask(pieces) == [(datetime.datetime(2026, 5, 1, 10, 45),)]
assert ask("select to_char(close_date, 'YYYY-\"Q\"Q') from deal") == [("2026-Q2",)]
assert ask("select indexrelid from pg_index where indisprimary = 'f'") == []

# What a driver has prepared it forgets, all the more so when a transaction is undone; and the connection goes on.
with psycopg.connect(**place, password=password) as transacting:
    transacting.prepare_threshold, transacting.prepared_max = 0, 2
    for number in range(6):
        assert transacting.execute(f"select name, {number} from deal where amount > %s", [5]).fetchall() == [("Harbour", number)]
    transacting.rollback()
    assert transacting.execute("select name from deal where amount > %s", [5]).fetchall() == [("Harbour",)]
for statement in ("deallocate all", "deallocate prepare nothing", "discard all"):
    connection.execute(statement)

# What goes wrong is said as everywhere else, wherever it turns up.
for far in ("date '0001-01-01'", "close_date - interval '3000 years'"):
    for asked in (f"select date_trunc('month', {far}) from deal", f"select now() < {far} from deal"):
        refuses(lambda: ask(asked), "a day before 1678 or after 2262")
        refuses(lambda: ask(asked + " where amount > %s", 5), "a day before 1678 or after 2262")
refuses(lambda: ask("select repeat(name, 100000000) from deal"), "make shorter values")

assert ask("show timezone") == [("UTC",)]
connection.execute("set timezone to 'Europe/Berlin'")
assert ask("show timezone") == [("Europe/Berlin",)]

# It takes a while to plan, and gives its row at once: who stops it then has stopped it.
ended = threading.Event()


def stop_until_ended():
    while not ended.is_set():
        connection.cancel()


stopping = threading.Thread(target=stop_until_ended)
stopping.start()
refuses(lambda: ask("select count(*) from (" + " union all ".join(["select 1"] * 300) + ") as ones"), "cancel")
ended.set()
stopping.join()
assert ask("select 1") == [(1,)]

# Each connection has a number of its own, and is stopped and ended by it: by who has opened it, or an administrator.
def connect(name, application):
    place_of = dict(place, user=user.replace("ines", name), application_name=application)
    return psycopg.connect(**place_of, password=password, autocommit=True)


def seen_by(looking):
    sql = "select application_name, state, query, pid from pg_stat_activity where application_name like 'test %'"
    return {row[0]: row[1:] for row in looking.execute(sql)}


def end(looking, how, which):
    return looking.execute(f"select {how}(%s)", [which.info.backend_pid]).fetchone()


busy, other, ada = connect("ines", "test busy"), connect("nadia", "test other"), connect("ada", "test ada")
numbers = {one.info.backend_pid for one in (connection, busy, other, ada)}
assert len(numbers) == 4 and ask("select pg_backend_pid()") == [(connection.info.backend_pid,)], numbers
assert set(seen_by(connection)) == {"test busy"} and set(seen_by(other)) == {"test other"}
assert set(seen_by(ada)) == {"test busy", "test other", "test ada"}
assert seen_by(ada)["test ada"][0] == "active" and seen_by(ada)["test busy"][0] == "idle"
endless = "select count(*) from generate_series(1, 1000000000) a, generate_series(1, 1000000000) b"
for looking in (connection, ada):
    refused = threading.Thread(target=lambda: refuses(lambda: busy.execute(endless), "cancel"))
    refused.start()
    patience = time.monotonic() + 30
    while seen_by(looking)["test busy"][:2] != ("active", endless):
        assert time.monotonic() < patience, seen_by(looking)
    assert end(other, "pg_cancel_backend", busy) == (False,)
    assert end(looking, "pg_cancel_backend", busy) == (True,)
    refused.join()
    assert busy.execute("select 1").fetchall() == [(1,)]
assert seen_by(connection)["test busy"][:2] == ("idle", "select 1")
assert end(connection, "pg_terminate_backend", other) == (False,)
assert ask("select pg_cancel_backend(1), pg_terminate_backend(null)") == [(False, None)]
assert end(ada, "pg_terminate_backend", other) == (True,) and end(connection, "pg_terminate_backend", busy) == (True,)
for gone in (other, busy):
    refuses(lambda: gone.execute("select 1"))
# Nothing is left of them: what a session was made of is given back.
patience = time.monotonic() + 30
while set(seen_by(ada)) != {"test ada"}:
    assert time.monotonic() < patience, seen_by(ada)
ada.close()

refuses(lambda: psycopg.connect(**place, password="wrong"), "authentication failed")

engine = sqlalchemy.create_engine("postgresql+psycopg://", connect_args=dict(**place, password=password))
inspector = sqlalchemy.inspect(engine)
assert {"deal", "deal_history", "deal_daily", "calendar"} <= set(inspector.get_table_names())
assert inspector.get_schema_names() == ["information_schema", "public"] or "public" in inspector.get_schema_names()
columns = {column["name"]: column for column in inspector.get_columns("deal")}
assert isinstance(columns["amount"]["type"], sqlalchemy.Numeric), columns["amount"]
assert isinstance(columns["close_date"]["type"], sqlalchemy.Date), columns["close_date"]
assert inspector.get_pk_constraint("deal")["constrained_columns"] == ["id"]
assert inspector.get_pk_constraint("deal_history")["constrained_columns"] == []
assert inspector.get_indexes("deal") == []
leads = {key["constrained_columns"][0]: key["referred_table"] for key in inspector.get_foreign_keys("deal")}
assert leads["company"] == "company" and leads["owner"] == "user", leads
leads = {key["constrained_columns"][0]: key["referred_table"] for key in inspector.get_foreign_keys("deal_history")}
assert leads["company"] == "company" and leads["id"] == "deal", leads
assert inspector.get_foreign_keys("calendar") == []
standard = """
    select k.column_name, u.table_name, u.column_name
    from information_schema.table_constraints t
    join information_schema.key_column_usage k using (constraint_name)
    join information_schema.constraint_column_usage u on u.constraint_name = t.constraint_name
    join information_schema.referential_constraints r on r.constraint_name = t.constraint_name
    where t.table_name = 'deal' and t.constraint_type = 'FOREIGN KEY' and k.column_name = 'company'"""
assert ask(standard) == [("company", "company", "id")]
assert inspector.has_table("deal") and not inspector.has_table("nowhere")
tables = sqlalchemy.MetaData()
tables.reflect(engine)
deal, company = tables.tables["deal"], tables.tables["company"]
assert [column.name for column in deal.primary_key] == ["id"]
with engine.connect() as session:
    wanted = sqlalchemy.select(deal.c.name, deal.c.amount).where(deal.c.amount > 5)
    assert session.execute(wanted).all() == [("Harbour", decimal.Decimal("1200.5"))]
    joined = sqlalchemy.select(deal.c.name, company.c.name).select_from(deal.outerjoin(company))
    assert session.execute(joined).all() == [("Harbour", None)]
engine.dispose()

# A statement that is prepared already is refused as well.
prepared = "select name from deal where amount > %s"
ask(prepared, 5, prepare=True)
print("lock me out", flush=True)
sys.stdin.readline()
refuses(lambda: ask(prepared, 5, prepare=True), "sign in")
refuses(lambda: ask("select 1 from deal"), "sign in")
