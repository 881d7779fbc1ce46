"""ADBC and pyarrow at the warehouse's Flight SQL: port, e-mail address, password, an administrator's API token."""

import decimal
import sys
import threading
import time

import adbc_driver_flightsql.dbapi as adbc
import pyarrow
import pyarrow.flight as flight
from adbc_driver_flightsql import DatabaseOptions
from refusing import refuses

port, user, password, token = sys.argv[1:5]
place = f"grpc://127.0.0.1:{port}"


def connect(user, password):
    return adbc.connect(place, db_kwargs={"username": user, "password": password}, autocommit=True)


connection = connect(user, password)


def ask(sql, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetch_arrow_table()


assert ask("select name, amount from deal").to_pylist() == [{"name": "Harbour", "amount": decimal.Decimal("1200.5")}]
assert ask("select name from deal where amount > $1", (5,)).to_pylist() == [{"name": "Harbour"}]
assert ask("select name from deal where amount > $1 and name = $2", (5000, "Harbour")).num_rows == 0
assert ask("select value from generate_series(1, 100000)").num_rows == 100_000
# Rows of parameters: the statement is answered for each of them, in their order.
several = pyarrow.record_batch({"least": [3, 1, 2], "word": ["c", "a", None]})
asked = "select $2 as word, name, $1 as least from deal where amount > $1"
assert [row["least"] for row in ask(asked, several).to_pylist()] == [3, 1, 2]
assert [row["word"] for row in ask(asked, several).to_pylist()] == ["c", "a", None]
refuses(lambda: ask("select $1 as least", pyarrow.record_batch({"least": range(10_001)})), "10000 rows")
with connection.cursor() as cursor:
    cursor.executemany("select name from deal where amount > $1", [(1,), (2,), (5000,)])
    assert cursor.rowcount == 2, cursor.rowcount
    cursor.executemany("select name from deal", None)
    assert cursor.rowcount == 1, cursor.rowcount
found = connection.adbc_get_objects(depth="all", db_schema_filter="public").read_all().to_pylist()
tables = {table["table_name"]: table for table in found[0]["catalog_db_schemas"][0]["db_schema_tables"]}
assert {"deal", "deal_history", "calendar"} <= set(tables), tables.keys()
assert "amount" in {column["column_name"] for column in tables["deal"]["table_columns"]}
assert connection.adbc_get_table_schema("deal").field("amount").type.scale == 4
assert connection.adbc_get_table_types() == ["TABLE"]
assert connection.adbc_get_info()["vendor_name"] == "Rapport"

for statement in [
    "insert into deal (name) values ('x')",
    "create table t as select 1",
    "create external table t stored as csv location '/etc/passwd'",
    "copy deal to '/tmp/x.csv'",
    "select * from '/etc/passwd'",
    "select * from 'http://127.0.0.1/x.csv'",
    "set datafusion.execution.target_partitions = 1",
    "select repeat('x', 1000000000000)",
    "select nothing from nowhere",
    "",
]:
    refuses(lambda: ask(statement))
with connection.cursor() as cursor:
    refuses(lambda: cursor.adbc_ingest("stolen", ask("select 1"), mode="create"))

refuses(lambda: connect(user, "wrong").cursor().execute("select 1"))
refuses(lambda: connect("nobody@rapport.example", password).cursor().execute("select 1"))
refuses(lambda: connect(user, token).cursor().execute("select 1"))
by_token = adbc.connect(place, db_kwargs={DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {token}"}, autocommit=True)
with by_token.cursor() as cursor:
    cursor.execute("select name from deal order by name")
    assert [name for (name,) in cursor.fetchall()] == ["Harbour", "Mountain"]
refuses(
    lambda: adbc.connect(place, db_kwargs={DatabaseOptions.AUTHORIZATION_HEADER.value: "Bearer x"}).cursor().execute("select 1")
)

# Without ADBC, over Flight itself; and what nobody would send.
client = flight.connect(place)
header = client.authenticate_basic_token(user, password)
signed_in = flight.FlightCallOptions(headers=[header])
refuses(lambda: client.get_flight_info(flight.FlightDescriptor.for_command(b"\xff\x00nonsense"), signed_in))
refuses(lambda: client.do_get(flight.Ticket(b"\xff" * 100), signed_in).read_all())
refuses(lambda: client.do_get(flight.Ticket(b"")).read_all())
refuses(lambda: list(client.list_flights(options=signed_in)))



# Keys, and links as foreign keys: a command is its name and its numbered fields, as protocol buffers write them.
def keys(command, **fields):
    def written(number, text):
        return bytes([number << 3 | 2, len(text)]) + text

    value = b"".join(written(int(number[1:]), text.encode()) for number, text in fields.items())
    name = f"type.googleapis.com/arrow.flight.protocol.sql.Command{command}".encode()
    asked = flight.FlightDescriptor.for_command(written(1, name) + written(2, value))
    told = client.get_flight_info(asked, signed_in)
    rows = client.do_get(told.endpoints[0].ticket, signed_in).read_all()
    assert rows.schema == told.schema
    return rows.to_pylist()


assert [(key["column_name"], key["key_name"]) for key in keys("GetPrimaryKeys", _3="deal")] == [("id", "deal_pkey")]
assert keys("GetPrimaryKeys", _3="deal_history") == [] == keys("GetPrimaryKeys", _1="other", _3="deal")
leads = {key["fk_column_name"]: key["pk_table_name"] for key in keys("GetImportedKeys", _3="deal")}
assert leads["company"] == "company" and leads["owner"] == "user", leads
assert {"deal", "deal_history"} <= {key["fk_table_name"] for key in keys("GetExportedKeys", _3="company")}
assert [key["fk_key_name"] for key in keys("GetCrossReference", _3="company", _6="deal")] == ["deal_company_fkey"]

# Whoever stops fetching stops the query, and whoever waits for an answer can stop waiting.
with connection.cursor() as cursor:
    cursor.execute("select a.value from generate_series(1, 1000000000) a")
    cursor.fetch_record_batch().read_next_batch()
    cursor.adbc_cancel()
with connection.cursor() as cursor:
    endless = "select count(*) from generate_series(1, 1000000000) a, generate_series(1, 1000000000) b"
    stopped = []

    def wait():
        refuses(lambda: (cursor.execute(endless), cursor.fetchall()))
        stopped.append(True)

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    patience = time.monotonic() + 30
    while waiting.is_alive() and time.monotonic() < patience:
        cursor.adbc_cancel()
    assert stopped, "the query was not stopped"
assert ask("select name from deal").num_rows == 1

print("lock me out", flush=True)
sys.stdin.readline()
refuses(lambda: ask("select name from deal"))
refuses(lambda: client.authenticate_basic_token(user, password))
