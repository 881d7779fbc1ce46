"""Penalties on models of buying, more measures of rules, CHAID by F and exhaustively."""

import math

import numpy as np
import pandas as pd

from ours import Differences, file, rapport, scratch, version


def compare():
    compare_penalties()
    compare_rules()
    compare_chaid()
    compare_amounts()


def compare_amounts():
    from sklearn.linear_model import Ridge

    gap = Differences()
    mail = pd.read_csv(file("hillstrom.csv"))
    numbers, kinds = ["recency", "history", "mens", "womens", "newbie"], ["zip_code", "channel"]
    for arm in ("Womens E-Mail", "Mens E-Mail"):
        own = mail[mail.segment.isin([arm, "No E-Mail"])].reset_index(drop=True)
        path = scratch("amounts.csv", own)
        x = pd.concat([own[numbers], pd.get_dummies(own[kinds])], axis=1).to_numpy(float)
        treated = (own.segment == arm).to_numpy()
        for ridge in (1, 50):
            for method in ("two-models", "one-model"):

                def fit(x, y):
                    mean, deviation = x.mean(axis=0), x.std(axis=0)
                    line = Ridge(alpha=ridge).fit((x - mean) / deviation, y)
                    return lambda other: line.predict((other - mean) / deviation)

                if method == "two-models":
                    want = fit(x[treated], own.spend[treated])(x) - fit(x[~treated], own.spend[~treated])(x)
                else:
                    line = fit(np.column_stack([x, treated]), own.spend)
                    every = lambda value: np.column_stack([x, np.full(len(x), value)])
                    want = line(every(1.0)) - line(every(0.0))
                found = rapport(
                    *("uplift", path, "--outcome", "spend", "--amount", "--treatment", "segment", "--treated", arm),
                    *("--features", ",".join(numbers + kinds), "--ridge", ridge, "--method", method, "--rows", 0),
                )
                gap.of([row["uplift"] for row in found["scores"]], want, f"{arm}, {method}, {ridge}")
    gap.row("`uplift --amount`: every row's effect in money, two models and one", version("scikit-learn"))


def histories():
    import lifetimes.datasets as data

    yield "CDNOW", data.load_cdnow_summary_data_with_monetary_value()
    retail = pd.read_csv(file("online_retail.csv.gz"), encoding="latin-1")
    retail = retail[retail.CustomerID.notna() & (retail.Quantity > 0) & (retail.UnitPrice > 0)]
    retail = retail.assign(day=pd.to_datetime(retail.InvoiceDate), amount=retail.Quantity * retail.UnitPrice)
    from lifetimes.utils import summary_data_from_transaction_data

    yield "Online Retail", summary_data_from_transaction_data(retail, "CustomerID", "day", "amount", freq="D")


def compare_penalties():
    from lifetimes import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter

    gaps = {name: Differences() for name in ("bgnbd", "paretonbd", "gammagamma")}
    for name, own in histories():
        path = scratch("histories.csv", own.reset_index())
        ask = (path, "--frequency", "frequency", "--recency", "recency", "--age", "T")
        for price in (0.001, 0.01, 0.1):
            # The peer's search does not settle on Online Retail, where hardly anybody leaves.
            if name == "CDNOW":
                peer = BetaGeoFitter(penalizer_coef=price).fit(own.frequency, own.recency, own["T"])
                found = rapport("bgnbd", *ask, "--penalty", price)["params"]
                keys = ["r", "alpha", "a", "b"]
                gaps["bgnbd"].of([found[key] for key in keys], peer.params_[keys], f"{name}, {price}")
            spent = own[(own.frequency > 0) & (own.monetary_value > 0)]
            peer = GammaGammaFitter(penalizer_coef=price).fit(spent.frequency, spent.monetary_value)
            found = rapport("gammagamma", *ask, "--mean-value", "monetary_value", "--penalty", price)["params"]
            gaps["gammagamma"].of([found[key] for key in "pqv"], peer.params_[list("pqv")], f"{name}, {price}")
        for price in (1.0, 10.0) if name == "CDNOW" else ():
            peer = ParetoNBDFitter(penalizer_coef=price).fit(
                own.frequency, own.recency, own["T"], maxiter=20_000
            )
            found = rapport("paretonbd", *ask, "--penalty", price)["params"]
            keys = ["r", "alpha", "s", "beta"]
            gaps["paretonbd"].of([found[key] for key in keys], peer.params_[keys], f"{name}, {price}")
    for name, gap in gaps.items():
        gap.row(f"`{name} --penalty`: parameters", version("lifetimes"))


def compare_rules():
    from mlxtend.frequent_patterns import association_rules, fpgrowth
    from mlxtend.preprocessing import TransactionEncoder

    gap = Differences()
    baskets = [[item.strip() for item in line.split(";")] for line in open(file("groceries.txt"))]
    encoder = TransactionEncoder()
    frame = pd.DataFrame(encoder.fit_transform(baskets), columns=encoder.columns_)
    for support, confidence in ((0.01, 0.2), (0.005, 0.3)):
        frequent = fpgrowth(frame, support, use_colnames=True)
        peer = association_rules(frequent, metric="confidence", min_threshold=confidence)
        key = lambda left, right: (tuple(sorted(left)), tuple(sorted(right)))
        names = {
            "antecedent support": "left_support",
            "consequent support": "right_support",
            "zhangs_metric": "zhang",
            **{name: name for name in ("lift", "leverage", "jaccard", "kulczynski", "certainty")},
        }
        want = {key(row["antecedents"], row["consequents"]): row for _, row in peer.iterrows()}
        found = rapport(
            *("rules", file("groceries.txt"), "--delimiter", ";", "--min-support", support),
            *("--min-confidence", confidence, "--any-right", "--more-measures", "--rows", 0),
        )["rules"]
        assert len(found) == len(want), (len(found), len(want))
        for row in found:
            own = want[key(row["left"], row["right"])]
            # Where the left side makes the right one rarer, certainty is Berzal's here and not the peer's.
            same = [name for name in names if name != "certainty" or row["lift"] >= 1]
            gap.of([row[names[name]] for name in same], [own[name] for name in same], f"{support}, {row['left']}")
    gap.row("`rules --more-measures`: eight measures of every rule", version("mlxtend"))


def ln_chi2_tail(x, df):
    """ln of the share above x, by the continued fraction where SciPy's underflows."""
    from scipy import special, stats

    tail = stats.chi2.sf(x, df)
    if tail > 1e-200:
        return math.log(tail)
    a, x = df / 2, x / 2
    fraction = 0.0
    for i in range(200, 0, -1):
        fraction = i * (a - i) / (x + 2 * i + 1 - a + fraction)
    return -x + a * math.log(x) - special.gammaln(a) - math.log(x + 1 - a + fraction)


def ln_f_tail(f, d1, d2):
    """The same for Fisher's F: the series of the incomplete beta function."""
    from scipy import special, stats

    tail = stats.f.sf(f, d1, d2)
    if tail > 1e-200:
        return math.log(tail)
    a, b, x = d2 / 2, d1 / 2, d2 / (d2 + d1 * f)
    return a * math.log(x) - special.betaln(a, b) + math.log(special.hyp2f1(a, 1 - b, a + 1, x) / a)


def compare_chaid():
    from scipy import stats

    gap = Differences()
    telco = pd.read_csv(file("telco_churn.csv"))
    bank = pd.read_csv(file("bank_additional_full.csv"), sep=";")
    bank = bank.map(lambda value: value.strip() if isinstance(value, str) else value)
    cases = [
        (telco, "MonthlyCharges", ["Contract", "PaymentMethod", "InternetService", "gender"]),
        (bank, "duration", ["job", "marital", "education", "month", "poutcome"]),
        (bank, "y", ["job", "education", "month", "day_of_week"]),
        (telco, "Churn", ["PaymentMethod", "Contract", "MultipleLines"]),
    ]
    for frame, outcome, columns in cases:
        number = pd.api.types.is_numeric_dtype(frame[outcome])
        path = scratch("tree.csv", frame[columns + [outcome]])

        def p(groups):
            parts = [frame.loc[frame[column].isin(group), outcome] for group in groups]
            if number:
                f = stats.f_oneway(*parts).statistic
                return f, ln_f_tail(f, len(parts) - 1, sum(map(len, parts)) - len(parts))
            table = np.array([[(part == value).sum() for value in sorted(set(frame[outcome]))] for part in parts])
            table = table[:, table.sum(axis=0) > 0]
            if table.shape[1] < 2:
                return 0.0, 0.0
            found = stats.chi2_contingency(table, correction=False)
            return found.statistic, ln_chi2_tail(found.statistic, found.dof)

        answer = rapport(
            *("chaid", path, "--outcome", outcome, "--features", ",".join(columns), "--exhaustive"),
            *("--max-depth", 1, "--min-child", 1, "--rows", 0),
        )
        for row in answer["candidates"]:
            column = row["column"]
            groups = [[value] for value in sorted(set(frame[column]))]
            c, steps = len(groups), []
            while True:
                steps.append((p(groups)[1], [list(group) for group in groups]))
                if len(groups) == 2:
                    break
                pairs = [(p([groups[a], groups[b]])[1], a, b) for a in range(len(groups)) for b in range(a + 1, len(groups))]
                _, a, b = max(pairs, key=lambda pair: pair[0])
                groups[a] = sorted(groups[a] + groups[b])
                del groups[b]
            least, best = min(steps, key=lambda step: step[0])
            where = f"{outcome}, {column}"
            assert {frozenset(group) for group in row["groups"]} == {frozenset(group) for group in best}, (where, row["groups"], best)
            statistic = row["f"] if number else row["chi2"]
            gap.of([statistic, row["multiplier"]], [p(best)[0], c * (c * c - 1) / 6], where)
            gap.of([row["ln_p"]], [least], where)
    gap.row("`chaid --exhaustive`: groups, χ² or F, ln p", "Biggs's steps with " + version("scipy"))
