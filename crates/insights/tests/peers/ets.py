"""Exponential smoothing in fixed forms, trends that multiply among them, beside statsmodels."""

import numpy as np
import pandas as pd

from ours import Differences, file, rapport, scratch, version


def compare():
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    below, paths = Differences(), Differences()
    better = 0
    air = pd.read_csv(file("air_passengers.csv"))
    values = air[air.columns[-1]].astype(float)
    for count in (144, 96):
        series = values[:count]
        path = scratch("ets.csv", pd.DataFrame({"value": series}))
        for form in ("MMN", "MMdN", "MMM", "MMdM", "MAM", "MAdM", "AAA"):
            trend = {"M": "mul", "A": "add"}[form[1]]
            season = {"M": "mul", "A": "add", "N": None}[form[-1]]
            model = ETSModel(
                *(series, {"M": "mul", "A": "add"}[form[0]], trend, "d" in form, season),
                seasonal_periods=12 if season else None,
                bounds={"damping_trend": (0.8, 0.98)} if "d" in form else None,
            )
            peer = model.fit(disp=False, maxiter=5000)
            found = rapport("forecast", path, "--form", form, "--period", 12, "--steps", 6)
            n = len(series)
            # Theirs has the constant of the normal likelihood.
            ours = found["fit"]["log_likelihood"] - n / 2 * (np.log(2 * np.pi / n) + 1)
            where = f"{form}, {n}"
            better += ours > peer.llf + 0.01
            below.of(min(0.0, ours - peer.llf), 0.0, where)
            if abs(ours - peer.llf) < 0.01:
                paths.of([row["mean"] for row in found["forecast"]], peer.forecast(6), where)
    below.row(f"`forecast --form`: ln likelihood below theirs ({better} times above by 0.01)", version("statsmodels"))
    paths.row("`forecast --form`: six steps ahead, where both have one likelihood", version("statsmodels"))
