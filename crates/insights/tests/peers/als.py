"""Implicit ALS: the same start, every vector after some rounds, with purchases all alike and as strong as they are many."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from ours import Differences, file, rapport, scratch, version


def purchases():
    lines = pd.read_csv(file("online_retail.csv.gz"), dtype=str)
    lines = lines[lines.CustomerID.notna() & ~lines.InvoiceNo.str.startswith("C") & (lines.Quantity.astype(int) > 0)]
    yield "online retail", pd.DataFrame({"customer": "c" + lines.CustomerID, "item": "i" + lines.StockCode})
    deals = pd.read_csv(file("crm_sales_pipeline.csv")).dropna(subset=["account"])
    yield "CRM deals", pd.DataFrame({"customer": deals.account, "item": deals.sales_agent + " " + deals["product"]})


def compare():
    from implicit.cpu.als import AlternatingLeastSquares

    gap = Differences()
    for name, bought in purchases():
        counts = bought.groupby(["customer", "item"]).size().reset_index(name="count")
        customers, items = (pd.Categorical(counts[side]) for side in ("customer", "item"))
        for factors, rounds, alpha, ridge, many in [
            (8, 3, 41.0, 10.0, False),
            (16, 10, 2.0, 0.5, False),
            (5, 20, 10.0, 0.01, False),
            (8, 5, 3.0, 1.0, True),
        ]:
            where = f"{name}, {factors} factors, {rounds} rounds, alpha {alpha}, λ {ridge}, strengths {many}"
            start = 0.01 * np.random.default_rng(3).standard_normal((len(items.categories), factors))
            columns = [f"f{i + 1}" for i in range(factors)]
            vectors = pd.DataFrame(start, columns=columns).assign(item=items.categories)
            # The peer's confidence is alpha × count, ours 1 + weight × strength.
            path = scratch("bought.csv", counts.assign(strength=alpha * counts["count"] - 1))
            weight = ["--weight", 1, "--strength", "strength"] if many else ["--weight", alpha - 1]
            shape = ["--factors", factors, "--rounds", rounds, "--ridge", ridge]
            begin = ["--start", scratch("start.csv", vectors), "--vectors"]
            answer = rapport("recommend", path, "--method", "als", *shape, *weight, *begin)
            model = AlternatingLeastSquares(
                factors, ridge, alpha, dtype=np.float64, use_cg=False, iterations=rounds, num_threads=1
            )
            model.item_factors, model.user_factors = start.copy(), np.zeros((len(customers.categories), factors))
            strength = counts["count"].to_numpy(float) if many else np.ones(len(counts))
            model.fit(csr_matrix((strength, (customers.codes, items.codes))), show_progress=False)
            for side, names, theirs in [
                ("customer", customers.categories, model.user_factors),
                ("item", items.categories, model.item_factors),
            ]:
                ours = pd.DataFrame(answer[f"{side}_vectors"]).set_index(side).loc[names, columns]
                gap.of(ours, theirs, where)
    gap.row("`recommend --method als`: every vector, with and without strengths", version("implicit"))
