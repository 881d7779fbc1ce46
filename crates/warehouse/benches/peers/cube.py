"""DuckDB's side of the cube's benchmark: file, threads, runs, `none` or `cube`. Times on the first line, then the cells."""

import sys
import time

import duckdb

path, threads, runs, totals = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
keys = "country, category, month"
groups = f"cube ({keys})" if totals == "cube" else keys
sql = f"""
    select country, category, month, sum(amount), count(*), count(distinct customer), grouping({keys})
    from (select *, date_trunc('month', day) as month from read_parquet('{path}'))
    group by {groups}
"""
seconds = []
for _ in range(runs):
    begun = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")
    rows = connection.execute(sql).fetchall()
    seconds.append(time.perf_counter() - begun)
print(" ".join(f"{one:.4f}" for one in seconds))


def number(value):
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


for country, category, month, revenue, lines, customers, total in rows:
    names = [country, category, month and month.strftime("%Y-%m")]
    named = ["(all)" if total >> (2 - at) & 1 else name or "(none)" for at, name in enumerate(names)]
    print(",".join([*named, number(revenue), str(lines), str(customers)]))
