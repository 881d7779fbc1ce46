"""Uplift: the measures on given scores, and models of both arms."""

import numpy as np
import pandas as pd

from ours import Differences, file, rapport, scratch, version


def measures(frame, outcome, treated, score):
    from sklift.metrics import qini_auc_score, uplift_at_k, uplift_auc_score, uplift_by_percentile

    y, t, s = frame[outcome].to_numpy(), frame[treated].to_numpy(), frame[score].to_numpy(float)
    return [
        qini_auc_score(y, s, t),
        uplift_auc_score(y, s, t),
        uplift_at_k(y, s, t, strategy="overall", k=0.1),
        uplift_at_k(y, s, t, strategy="overall", k=0.3),
    ], uplift_by_percentile(y, s, t, bins=10, strategy="overall")["uplift"].to_numpy()


def arms():
    mail = pd.read_csv(file("hillstrom.csv"))
    for arm in ("Mens E-Mail", "Womens E-Mail"):
        part = mail[mail.segment.isin([arm, "No E-Mail"])].reset_index(drop=True)
        part["treated"] = (part.segment == arm).astype(int)
        yield f"hillstrom, {arm}", part, ["visit", "conversion"], ["recency", "history", "mens", "newbie"]
    bank = pd.read_csv(file("bank_additional_full.csv"), sep=";")
    bank["treated"], bank["answer"] = (bank.contact == "cellular").astype(int), (bank.y == "yes").astype(int)
    bank = bank.rename(columns={"cons.price.idx": "price"})
    yield "bank, cellular", bank, ["answer"], ["age", "price", "euribor3m"]


def compare():
    from sklearn.linear_model import LogisticRegression

    areas, shares, scores = Differences(), Differences(), Differences()
    for name, frame, outcomes, columns in arms():
        frame = frame.iloc[: len(frame) // 10 * 10]  # tenths of other numbers of rows are cut differently
        draw = np.random.default_rng(5)
        frame = frame.assign(
            noise=draw.permutation(len(frame)) / 7 - 1e3,
            mixed=frame[columns[0]] + draw.permutation(len(frame)) / len(frame),
        )
        path = scratch("arm.csv", frame)
        for outcome in outcomes:
            for score in [*columns, "noise", "mixed"]:
                q = rapport("uplift", path, "--outcome", outcome, "--treatment", "treated", "--score", score)
                (qini, auuc, ten, thirty), tiles = measures(frame, outcome, "treated", score)
                areas.of(
                    [q["qini"]["coefficient"], q["qini"]["uplift_area"]], [qini, auuc], f"{name}, {outcome}, {score}"
                )
                if frame[score].is_unique:  # of equal scores the peer takes the last first, we the first
                    shares.of(
                        [
                            q["qini"]["uplift_at_10"],
                            q["qini"]["uplift_at_30"],
                            *(row["uplift"] for row in q["deciles"]),
                        ],
                        [ten, thirty, *tiles],
                        f"{name}, {outcome}, {score}",
                    )
            x = frame[columns].to_numpy(float)
            y, t = frame[outcome], frame["treated"]
            for ridge in (1, 50):
                ask = (
                    "uplift",
                    path,
                    "--outcome",
                    outcome,
                    "--treatment",
                    "treated",
                    "--features",
                    ",".join(columns),
                    "--ridge",
                    ridge,
                )
                learner = lambda: LogisticRegression(C=1 / ridge, tol=1e-10, max_iter=1000)
                have = [row["uplift"] for row in rapport(*ask, "--method", "two-models")["scores"]]
                want = np.zeros(len(x))
                for arm, sign in ((1, 1), (0, -1)):
                    rows = (t == arm).to_numpy()
                    mean, deviation = x[rows].mean(0), x[rows].std(0)
                    want += (
                        sign
                        * learner()
                        .fit((x[rows] - mean) / deviation, y[rows])
                        .predict_proba((x - mean) / deviation)[:, 1]
                    )
                scores.of(have, want, f"{name}, {outcome}, two models, ridge {ridge}")
                have = [row["uplift"] for row in rapport(*ask, "--method", "one-model")["scores"]]
                scaled = pd.DataFrame((x - x.mean(0)) / x.std(0), columns=columns)
                # Our column of the treatment is scaled like the others.
                rate, spread = t.mean(), t.std(ddof=0)
                model = learner().fit(np.column_stack([scaled, (t - rate) / spread]), y)
                at = lambda value: model.predict_proba(
                    np.column_stack([scaled, np.full(len(t), (value - rate) / spread)])
                )[:, 1]
                scores.of(have, at(1) - at(0), f"{name}, {outcome}, one model, ridge {ridge}")
    areas.row("`uplift`: Qini coefficient, area under the uplift curve", version("scikit-uplift"))
    shares.row("`uplift`: at 10 %, at 30 %, by tenths", version("scikit-uplift"))
    scores.row("`uplift`: every row's score, two models and one model", version("scikit-learn"))
