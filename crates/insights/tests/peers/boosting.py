"""Boosting by other losses: what is lost on rows held back, beside LightGBM and scikit-learn with the same settings."""

import numpy as np
import pandas as pd

from ours import file, rapport, version

TREES, RATE, LEAVES, ROWS = 150, 0.08, 15, 20
TELCO = ["tenure", "SeniorCitizen", "Contract", "InternetService", "PaymentMethod", "PhoneService"]
BANK = ["age", "euribor3m", "nr.employed", "duration", "job", "education", "month"]
CASES = [
    ("telco_churn.csv", ",", "MonthlyCharges", TELCO, "absolute", 0.5),
    ("telco_churn.csv", ",", "MonthlyCharges", TELCO, "quantile", 0.9),
    ("bank_additional_full.csv", ";", "duration", [c for c in BANK if c != "duration"], "quantile", 0.2),
    ("bank_additional_full.csv", ";", "campaign", BANK, "poisson", 0.5),
    (
        "leads.csv",
        ",",
        "TotalVisits",
        ["Total Time Spent on Website", "Page Views Per Visit", "Lead Origin", "Lead Source", "Last Activity"],
        "poisson",
        0.5,
    ),
    (
        "hillstrom.csv",
        ",",
        "spend",
        ["recency", "history", "mens", "womens", "zip_code", "channel", "segment"],
        "poisson",
        0.5,
    ),
    ("telco_churn.csv", ",", "Contract", ["tenure", "MonthlyCharges", *TELCO[3:]], "softmax", 0.5),
    ("bank_additional_full.csv", ";", "marital", BANK, "softmax", 0.5),
]


def lost(kind, share, y, answer):
    """Mean loss of predictions (of chances, class by class, for softmax)."""
    if kind == "softmax":
        return -np.log(answer[np.arange(len(y)), y]).mean()
    if kind == "poisson":
        return (np.where(y > 0, y * np.log(np.where(y > 0, y, 1) / answer), 0) + answer - y).mean()
    gap = y - answer
    return np.abs(gap).mean() if kind == "absolute" else np.maximum(share * gap, (share - 1) * gap).mean()


def lightgbm(kind, share, x, y, train, test):
    import lightgbm as lgb

    names = {"absolute": "l1", "quantile": "quantile", "poisson": "poisson", "softmax": "multiclass"}
    shape = dict(num_class=int(y.max()) + 1) if kind == "softmax" else {}
    model = lgb.train(
        dict(
            objective=names[kind],
            alpha=share,
            learning_rate=RATE,
            num_leaves=LEAVES,
            min_data_in_leaf=ROWS,
            max_bin=254,
            cat_l2=0,
            min_data_per_group=1,
            num_threads=1,
            verbose=-1,
            **shape,
        ),
        lgb.Dataset(x[train], y[train]),
        TREES,
    )
    return model.predict(x[test])


def scikit(kind, share, x, y, train, test):
    from sklearn.ensemble import HistGradientBoostingClassifier as Classes
    from sklearn.ensemble import HistGradientBoostingRegressor as Numbers

    same = dict(
        learning_rate=RATE,
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=ROWS,
        max_bins=254,
        early_stopping=False,
        categorical_features="from_dtype",
    )
    if kind == "softmax":
        return Classes(**same).fit(x[train], y[train]).predict_proba(x[test])
    names = {"absolute": "absolute_error", "quantile": "quantile", "poisson": "poisson"}
    return (
        Numbers(loss=names[kind], quantile=share if kind == "quantile" else None, **same)
        .fit(x[train], y[train])
        .predict(x[test])
    )


def compare():
    print(f"| outcome, loss | ours | {version('lightgbm')} | {version('scikit-learn')} |")
    for name, sign, outcome, columns, kind, share in CASES:
        frame = pd.read_csv(file(name), sep=sign)
        known = (frame[outcome].notna()).to_numpy()
        x = frame[columns].apply(
            lambda column: column.astype(str).astype("category") if column.dtype.kind not in "if" else column
        )
        y = pd.Categorical(frame[outcome]).codes.astype(int) if kind == "softmax" else frame[outcome].to_numpy(float)
        where = [] if known.all() else ["--where", f"{outcome} is not empty"]
        quantile = ["--quantile", share] if kind == "quantile" else []
        found = rapport(
            "boost",
            file(name),
            "--delimiter",
            sign,
            "--outcome",
            outcome,
            "--features",
            ",".join(columns),
            "--loss",
            kind,
            *quantile,
            *where,
            "--trees",
            TREES,
            "--learning-rate",
            RATE,
            "--leaves",
            LEAVES,
            "--min-rows",
            ROWS,
            "--test-every",
            4,
        )["test"]
        test = known & (np.arange(len(y)) % 4 == 0)
        train = known & ~test
        others = [lost(kind, share, y[test], peer(kind, share, x, y, train, test)) for peer in (lightgbm, scikit)]
        ours = found["log_loss" if kind == "softmax" else "loss"]
        print(
            f"| {name.split('.')[0]} {outcome}, {kind}{' ' + str(share) if quantile else ''} | {ours:.5f} | "
            + " | ".join(f"{other:.5f}" for other in others)
            + " |",
            flush=True,
        )
