"""psycopg and SQLAlchemy at the warehouse's PostgreSQL: port, e-mail address, password."""

import datetime
import decimal
import sys
import threading

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
assert inspector.get_foreign_keys("deal") == [] and inspector.get_indexes("deal") == []
assert inspector.has_table("deal") and not inspector.has_table("nowhere")
tables = sqlalchemy.MetaData()
tables.reflect(engine)
deal = tables.tables["deal"]
assert [column.name for column in deal.primary_key] == ["id"]
with engine.connect() as session:
    wanted = sqlalchemy.select(deal.c.name, deal.c.amount).where(deal.c.amount > 5)
    assert session.execute(wanted).all() == [("Harbour", decimal.Decimal("1200.5"))]
engine.dispose()

# A statement that is prepared already is refused as well.
prepared = "select name from deal where amount > %s"
ask(prepared, 5, prepare=True)
print("lock me out", flush=True)
sys.stdin.readline()
refuses(lambda: ask(prepared, 5, prepare=True), "sign in")
refuses(lambda: ask("select 1 from deal"), "sign in")
