"""Reconciliation: trees of the public files, forecasts and errors drawn from a seed."""

import numpy as np
import pandas as pd

from ours import Differences, file, rapport, scratch, version


def trees():
    """Nodes with parents, aggregates first, leaves last."""
    deals = pd.read_csv(file("crm_sales_pipeline.csv")).dropna(subset=["account"])
    pairs = deals[["product", "sales_agent"]].drop_duplicates()
    yield "products and agents", [("all", "")] + [(p, "all") for p in pairs["product"].unique()] + [
        (f"{p} / {a}", p) for p, a in pairs.itertuples(index=False)
    ]
    accounts = pd.read_csv(file("crm_accounts.csv"))
    yield "sectors and accounts", [("all", "")] + [(s, "all") for s in accounts.sector.unique()] + list(
        zip(accounts.account, accounts.sector)
    )
    yield "a small tree", [
        ("all", ""),
        ("north", "all"),
        ("south", "all"),
        ("a", "north"),
        ("b", "north"),
        ("c", "south"),
        ("d", "south"),
        ("e", "south"),
    ]


def compare():
    from hierarchicalforecast.methods import BottomUp, MinTrace, TopDown

    methods = {
        "bottom-up": BottomUp(),
        "equal": MinTrace("ols"),
        "leaves": MinTrace("wls_struct"),
        "variances": MinTrace("wls_var"),
        "covariance": MinTrace("mint_shrink", mint_shr_ridge=0.0),
        "top-down": TopDown("forecast_proportions"),
    }
    gaps = {name: Differences() for name in methods}
    for name, nodes in trees():
        names, parents = [node for node, _ in nodes], dict(nodes)
        leaves = [node for node in names if node not in parents.values()]
        sums = np.zeros((len(names), len(leaves)))
        for at, leaf in enumerate(leaves):
            node = leaf
            while node:
                sums[names.index(node), at] = 1
                node = parents[node]
        levels = {}
        for node in names:
            depth, above = 0, parents[node]
            while above:
                depth, above = depth + 1, parents[above]
            levels.setdefault(str(depth), []).append(names.index(node))
        for seed, times in [(1, 24), (2, 200)]:
            draw = np.random.default_rng(seed)
            forecasts = np.abs(
                sums @ draw.gamma(2, 50, (len(leaves), 3)) * (1 + 0.1 * draw.standard_normal((len(names), 3)))
            )
            errors = sums @ draw.normal(0, 5, (len(leaves), times)) + draw.normal(0, 2, (len(names), times))
            frame = pd.DataFrame({"node": names, "parent": [parents[node] for node in names]})
            steps, past = [f"h{i}" for i in range(3)], [f"e{i}" for i in range(times)]
            frame = pd.concat(
                [frame, pd.DataFrame(forecasts, columns=steps), pd.DataFrame(errors, columns=past)], axis=1
            )
            path = scratch("tree.csv", frame)
            # The peer takes the mean of the errors away before it shrinks their covariance; the paper does not.
            centred = scratch(
                "centred.csv", frame.assign(**dict(zip(past, (errors - errors.mean(1, keepdims=True)).T)))
            )
            for method, peer in methods.items():
                answer = rapport(
                    "reconcile",
                    centred if method == "covariance" else path,
                    "--forecasts",
                    ",".join(steps),
                    "--errors",
                    ",".join(past),
                    "--weights",
                    method,
                )
                ours = [[row[step] for step in steps] for row in answer["nodes"]]
                arguments = dict(S=sums, y_hat=forecasts)
                if method in ("variances", "covariance"):
                    arguments |= dict(y_insample=errors, y_hat_insample=np.zeros_like(errors))
                if method == "top-down":
                    arguments |= dict(tags={level: np.array(places) for level, places in levels.items()})
                gaps[method].of(ours, peer.fit_predict(**arguments)["mean"], f"{name}, {times} errors")
    for method, gap in gaps.items():
        gap.row(f"`reconcile --weights {method}`: every node, three steps", version("hierarchicalforecast"))
