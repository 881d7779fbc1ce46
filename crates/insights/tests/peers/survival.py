"""Survival with late entries, weights, ridge and rows that belong together, beside lifelines; trees of few leaves."""

import numpy as np
import pandas as pd

from ours import Differences, file, rapport, scratch, version

COLUMNS = ["MonthlyCharges", "SeniorCitizen", "paperless"]


def customers():
    """Telco's customers, of whom some were watched only from later on."""
    telco = pd.read_csv(file("telco_churn.csv"))
    telco = telco[telco.tenure > 0].reset_index(drop=True)
    telco["left"] = (telco.Churn == "Yes").astype(int)
    telco["paperless"] = (telco.PaperlessBilling == "Yes").astype(int)
    draw = np.random.default_rng(1)
    # Halves, so that nobody comes in at a time at which somebody leaves: lifelines counts those, R and we do not.
    telco["since"] = np.maximum(0, np.floor(telco.tenure * draw.uniform(-1, 0.9, len(telco))) - 0.5)
    telco["times"] = draw.integers(1, 5, len(telco))
    telco["household"] = draw.integers(0, len(telco) // 3, len(telco))
    return telco


def compare():
    telco = customers()
    kept = ["tenure", "left", "since", "times", "household", "Contract", *COLUMNS]
    path = scratch("survival.csv", telco[kept])
    compare_curves(telco, path)
    compare_hazards(telco, path)
    compare_cox(telco, path)
    compare_trees()


def compare_curves(telco, path):
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    curve, mean = Differences(), Differences()
    for group in telco.Contract.unique():
        own = telco[telco.Contract == group]
        for entry in (None, "since"):
            for weight in (None, "times"):
                ask = [*(["--entry", entry] if entry else []), *(["--weight", weight] if weight else [])]
                found = rapport(
                    *("kaplan-meier", path, "--time", "tenure", "--event", "left", "--by", "Contract"),
                    *("--quantiles", "0.1,0.25,0.5", "--limit", 60, *ask),
                )
                peer = KaplanMeierFitter().fit(
                    own.tenure,
                    own.left,
                    entry=own[entry] if entry else None,
                    weights=own[weight] if weight else None,
                )
                rows = [row for row in found["curve"] if row["group"] == group]
                times = [row["time"] for row in rows]
                where = f"{group}, {entry}, {weight}"
                curve.of([row["survival"] for row in rows], peer.survival_function_.loc[times].values, where)
                bounds = peer.confidence_interval_.loc[times].values.T
                curve.of([row["low"] for row in rows], bounds[0], where)
                curve.of([row["high"] for row in rows], bounds[1], where)
                gone = [row for row in found["quantiles"] if row["group"] == group]
                theirs = [peer.percentile(1 - row["gone"]) for row in gone]
                curve.of([row["time"] or np.inf for row in gone], theirs, where) if np.isfinite(theirs).all() else None
                if entry is None and weight is None:
                    own_mean = next(row for row in found["groups"] if row["group"] == group)
                    mean.of(
                        own_mean["mean_up_to_limit"], restricted_mean_survival_time(peer, t=60), where
                    )
    curve.row("`kaplan-meier --entry --weight`: curve, bounds, quantiles", version("lifelines"))
    mean.row("`kaplan-meier --limit`: restricted mean", version("lifelines"))


def compare_hazards(telco, path):
    from lifelines import NelsonAalenFitter

    gap = Differences()
    for how, smooth in (("nelson-aalen", False), ("fleming-harrington", True)):
        for entry in (None, "since"):
            ask = ["--entry", entry] if entry else []
            found = rapport(
                *("kaplan-meier", path, "--time", "tenure", "--event", "left", "--hazard", how, *ask)
            )["hazard"]
            peer = NelsonAalenFitter(nelson_aalen_smoothing=smooth).fit(
                telco.tenure, telco.left, entry=telco[entry] if entry else None
            )
            times = [row["time"] for row in found]
            gap.of(
                [row["cumulative_hazard"] for row in found], peer.cumulative_hazard_.loc[times].values, how
            )
            if smooth:
                theirs = peer.confidence_interval_.loc[times].values.T
                gap.of([row["low"] for row in found], theirs[0], how)
                gap.of([row["high"] for row in found], theirs[1], how)
    gap.row("`kaplan-meier --hazard`: cumulative hazard, bounds", version("lifelines"))


def compare_cox(telco, path):
    from lifelines import CoxPHFitter

    plain, shrunk, robust, base = Differences(), Differences(), Differences(), Differences()
    for entry in (None, "since"):
        for strata in (None, "Contract"):
            for weight in (None, "times"):
                for ridge in (0, 10, 500):
                    ask = ["--features", ",".join(COLUMNS), "--ties", "efron"]
                    for option, column in (("--entry", entry), ("--strata", strata), ("--weight", weight)):
                        ask += [option, column] if column else []
                    used = [column for column in (entry, strata, weight) if column]
                    frame = telco[["tenure", "left", *COLUMNS, *used]]
                    theirs = dict(
                        duration_col="tenure", event_col="left", entry_col=entry, strata=strata, weights_col=weight
                    )
                    close = dict(fit_options={"precision": 1e-12, "r_precision": 1e-14, "step_size": 0.95})
                    peer = CoxPHFitter(penalizer=ridge / len(telco)).fit(frame, **theirs, **close)
                    found = rapport(
                        *("cox", path, "--time", "tenure", "--event", "left", "--ridge", ridge, *ask, "--baseline")
                    )
                    rows = {row["column"]: row for row in found["coefficients"]}
                    where = f"{entry}, {strata}, {weight}, {ridge}"
                    ours = [[rows[c]["coefficient"], rows[c]["standard_error"]] for c in COLUMNS]
                    want = [[peer.params_[c], peer.standard_errors_[c]] for c in COLUMNS]
                    (shrunk if ridge else plain).of(ours, want, where)
                    if not ridge:
                        plain.of(found["log_likelihood"], peer.log_likelihood_, where)
                    if not strata:
                        hazard = peer.baseline_cumulative_hazard_.iloc[:, 0]
                        own = found["baseline"]
                        # Theirs leaves entries out of the baseline.
                        if not weight and not entry:
                            theirs_at = hazard.loc[[row["time"] for row in own]]
                            base.of([row["cumulative_hazard"] for row in own], theirs_at, where)
    # Theirs leaves entries out of residuals, so there are none here.
    frame = telco[["tenure", "left", "household", *COLUMNS]]
    peer = CoxPHFitter().fit(frame, "tenure", "left", cluster_col="household")
    found = rapport(
        *("cox", path, "--time", "tenure", "--event", "left", "--features", ",".join(COLUMNS)),
        *("--robust", "--cluster", "household"),
    )
    rows = {row["column"]: row["standard_error"] for row in found["coefficients"]}
    robust.of([rows[c] for c in COLUMNS], [peer.standard_errors_[c] for c in COLUMNS], "households")
    lifelines = version("lifelines")
    plain.row("`cox --entry --strata --weight`: coefficients, errors, likelihood", lifelines)
    shrunk.row("`cox --ridge`, with the same: coefficients, errors", lifelines)
    base.row("`cox --baseline`: cumulative hazard at the means", lifelines)
    robust.row("`cox --robust --cluster`: standard errors", lifelines)


def compare_trees():
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    gap = Differences()
    telco = pd.read_csv(file("telco_churn.csv"))
    telco["left"] = (telco.Churn == "Yes").astype(int)
    telco["total"] = pd.to_numeric(telco.TotalCharges, errors="coerce").fillna(0)
    features = ["tenure", "MonthlyCharges", "SeniorCitizen"]
    path = scratch("tree.csv", telco[[*features, "left", "total"]])
    for criterion in ("gini", "entropy", "squared"):
        for leaves in (3, 8, 20, 60):
            for gain in (0, 0.0005):
                outcome = "total" if criterion == "squared" else "left"
                own = gain * telco.total.var() if criterion == "squared" else gain
                limits = dict(max_leaf_nodes=leaves, min_samples_leaf=20, min_impurity_decrease=own, random_state=0)
                if criterion == "squared":
                    peer = DecisionTreeRegressor(**limits)
                else:
                    peer = DecisionTreeClassifier(criterion=criterion, **limits)
                peer.fit(telco[features], telco[outcome])
                found = rapport(
                    *("cart", path, "--outcome", outcome, "--features", ",".join(features), "--max-depth", 99),
                    *("--criterion", criterion, "--max-leaves", leaves, "--min-leaf", 20, "--min-gain", own),
                )
                tree = peer.tree_
                ours = sorted((row["rows"], row["impurity"]) for row in found["nodes"])
                theirs = sorted(zip(tree.weighted_n_node_samples, tree.impurity))
                gap.of(ours, theirs, f"{criterion}, {leaves}, {gain}")
    gap.row("`cart --max-leaves --min-gain`: rows and impurity of every node", version("scikit-learn"))
