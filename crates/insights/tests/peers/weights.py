"""Logistic regression with case weights: R's glm, and scikit-learn's ridge."""

import json
import shutil
import subprocess

import numpy as np
import pandas as pd

from ours import Differences, file, rapport, scratch, version

GLM = """
own <- read.csv(commandArgs(TRUE)[1]); outcome <- commandArgs(TRUE)[2]
fit <- glm(reformulate(setdiff(names(own), c(outcome, "w")), outcome), binomial, own, weights = w, control = list(epsilon = 1e-14, maxit = 100))
found <- summary(fit)$coefficients
cat(jsonlite::toJSON(list(value = found[, 1], error = found[, 2], z = found[, 3], loglik = -fit$deviance / 2, null = -fit$null.deviance / 2), digits = NA))
"""


def samples():
    draw = np.random.default_rng(7)
    telco = pd.read_csv(file("telco_churn.csv"))
    telco["Churn"] = (telco.Churn == "Yes").astype(int)
    yield "telco", telco[["tenure", "MonthlyCharges", "SeniorCitizen", "Churn"]].assign(
        w=draw.integers(1, 6, len(telco))
    ), "Churn"
    bank = pd.read_csv(file("bank_additional_full.csv"), sep=";")
    bank["y"] = (bank.y == "yes").astype(int)
    yield "bank", bank[["age", "duration", "campaign", "y"]].assign(w=draw.gamma(2, 3, len(bank))), "y"
    mail = (
        pd.read_csv(file("hillstrom.csv"))
        .groupby(["recency", "mens", "womens", "newbie", "visit"])
        .size()
        .reset_index(name="w")
    )
    yield "hillstrom, counted", mail, "visit"
    yield "telco, some rows of weight 0", telco[["tenure", "MonthlyCharges", "Churn"]].assign(
        w=draw.integers(0, 3, len(telco))
    ), "Churn"


def compare():
    from sklearn.linear_model import LogisticRegression

    glm, ridge = Differences(), Differences()
    for name, frame, outcome in samples():
        path = scratch("weighted.csv", frame)
        ask = ("logistic", path, "--outcome", outcome, "--weight", "w")
        columns = [column for column in frame if column not in (outcome, "w")]
        if shutil.which("Rscript"):
            script = path.with_suffix(".R")
            script.write_text(GLM)
            theirs = json.loads(
                subprocess.run(
                    ["Rscript", "--vanilla", script, path, outcome], capture_output=True, text=True, check=True
                ).stdout
            )
            ours = rapport(*ask, "--features", ",".join(columns))
            table = {key: [row[key] for row in ours["coefficients"]] for key in ("coefficient", "standard_error", "z")}
            glm.of(
                [*table["coefficient"], *table["standard_error"], *table["z"]],
                [*theirs["value"], *theirs["error"], *theirs["z"]],
                name,
            )
            glm.of(
                [ours["log_likelihood"], ours["null_log_likelihood"]],
                [theirs["loglik"][0], theirs["null"][0]],
                f"{name}, likelihood",
            )
        kept = frame[frame.w > 0]
        x, w = kept[columns].to_numpy(float), kept.w.to_numpy(float)
        mean = np.average(x, axis=0, weights=w)
        scaled = (x - mean) / np.sqrt(np.average((x - mean) ** 2, axis=0, weights=w))
        for penalty in (1, 100):
            peer = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=10_000).fit(
                scaled, kept[outcome], sample_weight=w
            )
            found = rapport(*ask, "--features", ",".join(columns), "--ridge", penalty)["coefficients"]
            ridge.of([row["coefficient"] for row in found], [*peer.intercept_, *peer.coef_[0]], f"{name}, λ {penalty}")
    glm.row("`logistic --weight`: coefficients, errors, z, likelihoods", "R's glm")
    ridge.row("`logistic --weight --ridge`: coefficients", version("scikit-learn"))
