"""psqlODBC at the warehouse, by pyodbc: port, e-mail address, password."""

import sys

import pyodbc

port, user, password = sys.argv[1:4]
if "PostgreSQL Unicode" not in pyodbc.drivers():
    print("psqlODBC is not there: ODBC is not tried", file=sys.stderr)
    sys.exit()
place = f"Driver=PostgreSQL Unicode;Server=127.0.0.1;Port={port};Database=rapport;UID={user};PWD={password}"
connection = pyodbc.connect(place, autocommit=True)


def column(rows, name):
    return [getattr(row, name) for row in rows]


def asked(kind, *arguments, **named):
    return getattr(connection.cursor(), kind)(*arguments, **named).fetchall()


def same(seen, wanted):
    assert seen == wanted, f"{seen!r} is not {wanted!r}"


same(column(asked("primaryKeys", "deal", schema="public"), "column_name"), ["id"])
same(column(asked("primaryKeys", "deal"), "pk_name"), ["deal_pkey"])
same(asked("primaryKeys", "deal_history"), [])
leads = {row.fkcolumn_name: row.pktable_name for row in asked("foreignKeys", foreignTable="deal")}
same((leads["company"], leads["owner"]), ("company", "user"))
same({"deal", "deal_history"} <= set(column(asked("foreignKeys", table="company"), "fktable_name")), True)
same(column(asked("foreignKeys", table="company", foreignTable="deal"), "fkcolumn_name"), ["company"])
# The columns of an index have a type of their own, which is not there: none is told.
for table in ("deal", "deal_history"):
    for unique in (False, True):
        same([row for row in asked("statistics", table, unique=unique) if row.index_name], [])
same(asked("rowIdColumns", "deal"), [])
assert "amount" in column(asked("columns", "deal"), "column_name")
assert "deal_history" in column(asked("tables"), "table_name")
same(asked("procedures", "nothing"), [])
assert "numeric" in column(asked("getTypeInfo"), "type_name")
same([tuple(row) for row in connection.cursor().execute("select name from deal where amount > ?", 5)], [("Harbour",)])
