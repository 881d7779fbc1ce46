"""k-prototypes: our cost by the peer's own function, and whether the peer finds anything better."""

import numpy as np
import pandas as pd

from ours import Differences, file, rapport, scratch, version

FILES = [
    ("telco_churn.csv", ",", ["tenure", "MonthlyCharges"], ["Contract", "InternetService", "PaymentMethod"]),
    ("bank_additional_full.csv", ";", ["age", "campaign", "euribor3m"], ["job", "marital", "poutcome"]),
    ("crm_accounts.csv", ",", ["revenue", "employees", "year_established"], ["sector", "office_location"]),
]


def compare():
    from kmodes.kprototypes import KPrototypes

    gap = Differences()
    for name, sign, numbers, kinds in FILES:
        frame = pd.read_csv(file(name), sep=sign)[numbers + kinds].dropna().head(4000).reset_index(drop=True)
        path = scratch("mixed.csv", frame)
        x = frame[numbers].to_numpy(float)
        scaled = (x - x.mean(0)) / x.std(0)
        mixed = np.column_stack([scaled.astype(object), frame[kinds].to_numpy(object)])
        places = list(range(len(numbers), len(numbers) + len(kinds)))
        for k, gamma in [(3, None), (5, 1.5), (8, 0.1)]:
            price = [] if gamma is None else ["--gamma", gamma]
            found = rapport("kprototypes", path, "--features", ",".join(numbers + kinds), "--k", k, *price)
            peer = KPrototypes(k, init="Cao", n_init=5, gamma=gamma, random_state=1).fit(mixed, categorical=places)
            prototypes = found["prototypes"]
            distance = np.array(
                [
                    ((scaled - p["means"]) ** 2).sum(1)
                    + found["gamma"] * (frame[kinds].astype(str).to_numpy() != np.array(p["modes"], object)).sum(1)
                    for p in prototypes
                ]
            )
            where = f"{name}, k {k}, gamma {gamma}"
            gap.of([found["gamma"], found["cost"]], [peer.gamma, distance.min(0).sum()], where)
            print(
                f"  {where}: our cost {found['cost']:.2f}, the peer's {peer.cost_:.2f} ({found['cost'] / peer.cost_ - 1:+.2%})",
                flush=True,
            )
    gap.row("`kprototypes`: γ; cost of the groups found", version("kmodes"))
