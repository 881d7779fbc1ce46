"""Rows that count for several: measures of the test part, k-means, isotonic steps, trees."""

import numpy as np
import pandas as pd

from ours import Differences, file, rapport, scratch, version


def files():
    draw = np.random.default_rng(11)
    telco = pd.read_csv(file("telco_churn.csv"))
    telco["left"] = (telco.Churn == "Yes").astype(int)
    yield "telco", telco[["tenure", "MonthlyCharges", "Contract", "InternetService", "left"]], "left", draw
    bank = pd.read_csv(file("bank_additional_full.csv"), sep=";")
    bank["yes"] = (bank.y == "yes").astype(int)
    yield "bank", bank[["age", "campaign", "euribor3m", "poutcome", "job", "yes"]], "yes", draw
    leads = pd.read_csv(file("leads.csv"))
    yield "leads", leads[["TotalVisits", "Total Time Spent on Website", "Lead Origin", "Converted"]].rename(
        columns={"Total Time Spent on Website": "spent"}
    ), "Converted", draw


def compare():
    from sklearn import metrics
    from sklearn.isotonic import IsotonicRegression

    measures, steps = Differences(), Differences()
    for name, frame, outcome, draw in files():
        for kind, w in (("whole", draw.integers(0, 4, len(frame))), ("any", draw.gamma(2, 3, len(frame)))):
            path = scratch("counted.csv", frame.assign(w=w))
            for command in (["logistic", "--ridge", 1], ["boost", "--trees", 40]):
                found = rapport(
                    *(command[0], path, *command[1:], "--outcome", outcome, "--weight", "w", "--test-every", 3),
                    *("--rows", 0),
                )
                rows = [row for row in found["scores"] if row["part"] == "test"]
                at = np.array([row["row"] for row in rows]) - 1
                y, p = frame[outcome].to_numpy()[at], np.array([row["chance"] for row in rows])
                own = w[at]
                test = found["test"]
                want = [
                    metrics.roc_auc_score(y, p, sample_weight=own),
                    metrics.average_precision_score(y, p, sample_weight=own),
                    metrics.brier_score_loss(y, p, sample_weight=own),
                    metrics.log_loss(y, p, sample_weight=own),
                    np.average(p, weights=own),
                ]
                keys = ("auc", "average_precision", "brier", "log_loss", "mean_chance")
                measures.of([test[key] for key in keys], want, f"{name}, {kind}, {command[0]}")
            counts = w > 0
            peer = IsotonicRegression(out_of_bounds="clip").fit(p[own > 0], y[own > 0], sample_weight=own[own > 0])
            scored = scratch("scored.csv", pd.DataFrame({"score": p, "y": y, "w": own}))
            found = rapport("calibrate", scored, "--outcome", "y", "--weight", "w", "--rows", 0)
            steps.of([row["isotonic"] for row in found["rows"]], peer.predict(p), f"{name}, {kind}")
    measures.row("`--weight`: AUC, average precision, Brier, log loss, mean chance of the test part", version("scikit-learn"))
    steps.row("`calibrate --weight`: every row's isotonic chance", version("scikit-learn"))
    compare_groups()
    compare_numbers()


def compare_groups():
    from sklearn.cluster import KMeans

    gap = Differences()
    draw = np.random.default_rng(3)
    telco = pd.read_csv(file("telco_churn.csv"))[["tenure", "MonthlyCharges"]]
    bank = pd.read_csv(file("bank_additional_full.csv"), sep=";")[["age", "campaign", "euribor3m"]]
    mail = pd.read_csv(file("hillstrom.csv"))[["recency", "history"]]
    for name, frame in (("telco", telco), ("bank", bank), ("hillstrom", mail)):
        w = draw.integers(0, 5, len(frame)).astype(float)
        path = scratch("grouped.csv", frame.assign(w=w, order=np.arange(len(frame))))
        x = frame.to_numpy(float)
        mean = np.average(x, axis=0, weights=w)
        x = (x - mean) / np.sqrt(np.average((x - mean) ** 2, axis=0, weights=w))
        for k in (3, 5, 8):
            start = x[[int((i + 0.5) * len(x) / k) for i in range(k)]]
            peer = KMeans(k, init=start, n_init=1, max_iter=1000, tol=0, algorithm="lloyd").fit(x, sample_weight=w)
            found = rapport(
                *("kmeans", path, "--features", ",".join(frame), "--weight", "w", "--k", k, "--start-by", "order"),
                *("--tolerance", 0, "--max-iterations", 1000),
            )
            where = f"{name}, k {k}"
            gap.of([found["inertia"]], [peer.inertia_], where)
            gap.of([row["centre"] for row in found["centres"]], peer.cluster_centers_, where)
    gap.row("`kmeans --weight`: inertia and centres from the same start", version("scikit-learn"))


def compare_numbers():
    from sklearn import metrics

    gap = Differences()
    draw = np.random.default_rng(5)
    telco = pd.read_csv(file("telco_churn.csv"))[["tenure", "Contract", "InternetService", "MonthlyCharges"]]
    w = draw.gamma(2, 3, len(telco))
    path = scratch("numbers.csv", telco.assign(w=w))
    for loss in ("squared", "absolute", "quantile"):
        ask = ["--quantile", 0.8] if loss == "quantile" else []
        found = rapport(
            *("boost", path, "--outcome", "MonthlyCharges", "--weight", "w", "--loss", loss, *ask, "--test-every", 4),
            *("--rows", 0),
        )
        rows = [row for row in found["scores"] if row["part"] == "test"]
        at = np.array([row["row"] for row in rows]) - 1
        y, foreseen = telco.MonthlyCharges.to_numpy()[at], np.array([row["foreseen"] for row in rows])
        own, test = w[at], found["test"]
        want = [
            metrics.root_mean_squared_error(y, foreseen, sample_weight=own),
            metrics.mean_absolute_error(y, foreseen, sample_weight=own),
            metrics.r2_score(y, foreseen, sample_weight=own),
        ]
        gap.of([test["rmse"], test["mae"], test["r_squared"]], want, loss)
        if loss == "quantile":
            gap.of([test["loss"]], [metrics.mean_pinball_loss(y, foreseen, sample_weight=own, alpha=0.8)], loss)
    found = rapport(
        *("boost", path, "--outcome", "Contract", "--weight", "w", "--loss", "softmax", "--test-every", 4, "--rows", 0)
    )
    rows = [row for row in found["scores"] if row["part"] == "test"]
    at = np.array([row["row"] for row in rows]) - 1
    y, own, test = telco.Contract.to_numpy()[at], w[at], found["test"]
    names = sorted(set(telco.Contract))
    chances = np.array([[row[f"chance_{name}"] for name in names] for row in rows])
    want = [
        metrics.accuracy_score(y, [row["foreseen"] for row in rows], sample_weight=own),
        metrics.log_loss(y, chances, labels=names, sample_weight=own),
    ]
    gap.of([test["accuracy"], test["log_loss"]], want, "softmax")
    confusion = metrics.confusion_matrix(y, [row["foreseen"] for row in rows], labels=names, sample_weight=own)
    gap.of([row["rows"] for row in found["test_confusion"]], confusion.ravel(), "softmax")
    gap.row("`boost --weight`: measures of numbers and of classes", version("scikit-learn"))
