"""A/B tests one-sided and two-sided, of several groups at once; log-rank tests of every two groups."""

from itertools import combinations

import numpy as np
import pandas as pd

from ours import Differences, file, rapport, scratch, version

SIDES = {"two-sided": "two-sided", "higher": "larger", "lower": "smaller"}
SCIPY = {"two-sided": "two-sided", "higher": "greater", "lower": "less"}


def samples():
    mail = pd.read_csv(file("hillstrom.csv"))
    yield "hillstrom", mail[["segment", "visit", "spend"]], "segment", "No E-Mail", "visit", "spend"
    telco = pd.read_csv(file("telco_churn.csv"))
    telco["left"] = (telco.Churn == "Yes").astype(int)
    yield "telco", telco[["Contract", "left", "MonthlyCharges"]], "Contract", "Two year", "left", "MonthlyCharges"
    few = telco.iloc[:60]
    yield "60 of telco", few[["PaymentMethod", "left", "tenure"]], "PaymentMethod", "Mailed check", "left", "tenure"


def compare():
    from scipy import stats
    from statsmodels.stats.oneway import anova_oneway
    from statsmodels.stats.proportion import proportions_ztest

    pairs, overall = Differences(), Differences()
    for name, frame, group, control, rate, amount in samples():
        path = scratch("groups.csv", frame)
        parts = {key: part for key, part in frame.groupby(group)}
        for alternative in SIDES:
            for equal in (False, True):
                found = rapport(
                    *("abtest", path, "--group", group, "--control", control, "--measures", f"{rate},{amount}"),
                    *("--alternative", alternative, *(["--equal-variances"] if equal else [])),
                )
                for key in parts:
                    if key == control:
                        continue
                    where = f"{name}, {key}, {alternative}"
                    a, b = parts[key], parts[control]
                    test = found[f"test {key}/{rate}"]
                    z, p = proportions_ztest(
                        [a[rate].sum(), b[rate].sum()], [len(a), len(b)], alternative=SIDES[alternative]
                    )
                    table = [[a[rate].sum(), len(a) - a[rate].sum()], [b[rate].sum(), len(b) - b[rate].sum()]]
                    fisher = stats.fisher_exact(table, alternative=SCIPY[alternative]).pvalue
                    pairs.of([test["z"], test["p"], test["fisher_p"]], [z, p, fisher], where)
                    test = found[f"test {key}/{amount}"]
                    t = stats.ttest_ind(a[amount], b[amount], equal_var=equal, alternative=SCIPY[alternative])
                    u = stats.mannwhitneyu(
                        a[amount], b[amount], alternative=SCIPY[alternative], method="asymptotic"
                    )
                    pairs.of(
                        [test["t"], test["df"], test["p"], test["u"], test["rank_p"]],
                        [t.statistic, t.df, t.pvalue, u.statistic, u.pvalue],
                        where,
                    )
                if alternative == "two-sided":
                    rows = {row["measure"] + row["test"]: row for row in found["overall"]}
                    values = [part[amount] for part in parts.values()]
                    chi2 = stats.chi2_contingency(pd.crosstab(frame[group], frame[rate]), correction=False)
                    welch = anova_oneway(values, use_var="equal" if equal else "unequal", welch_correction=True)
                    h = stats.kruskal(*values)
                    for row, statistic, p in [
                        (rows[rate + "chi2"], chi2.statistic, chi2.pvalue),
                        (rows[amount + "f"], welch.statistic, welch.pvalue),
                        (rows[amount + "h"], h.statistic, h.pvalue),
                    ]:
                        overall.of([row["statistic"], row["p"]], [statistic, p], f"{name}, {row['test']}")
    scipy = version("scipy") + ", " + version("statsmodels")
    pairs.row("`abtest`: z, t, U, Fisher, their p-values, one-sided and two-sided, Welch and Student", scipy)
    overall.row("`abtest`: χ², F and H of all groups", scipy)
    compare_pairs_of_survival()
    compare_sizes()


def compare_sizes():
    from statsmodels.stats.power import NormalIndPower, TTestIndPower

    gap = Differences()
    for sides, ask in (("two-sided", []), ("larger", ["--one-sided"])):
        for ratio in (1, 3, 0.5):
            for alpha, power in ((0.05, 0.8), (0.01, 0.95)):
                wanted = dict(alpha=alpha, power=power, ratio=ratio, alternative=sides)
                where = f"{sides}, {ratio}, {alpha}"
                found = rapport(
                    *("sample-size", "--alpha", alpha, "--power", power, "--ratio", ratio, *ask),
                    *("--difference", 0.4, "--deviation", 1, "--from", 0.1, "--to", 0.13, "--per-group", 90),
                )
                h = 2 * np.arcsin(np.sqrt(0.13)) - 2 * np.arcsin(np.sqrt(0.1))
                gap.of([found["by_arcsine"]], [NormalIndPower().solve_power(h, **wanted)], where)
                gap.of([found["by_t_for_means"]], [TTestIndPower().solve_power(0.4, **wanted)], where)
                have = TTestIndPower().power(0.4, 90, alpha, ratio=ratio, alternative=sides)
                gap.of([found["power_for_means"]], [have], where)
    gap.row("`sample-size`: by arcsine and by t, one-sided, unequal groups; power", version("statsmodels"))


def compare_pairs_of_survival():
    from lifelines.statistics import pairwise_logrank_test

    gap = Differences()
    telco = pd.read_csv(file("telco_churn.csv"))
    telco["left"] = (telco.Churn == "Yes").astype(int)
    for group in ("Contract", "InternetService", "PaymentMethod"):
        for weights, theirs in (("even", {}), ("at-risk", {"weightings": "wilcoxon"})):
            path = scratch("stay.csv", telco[["tenure", "left", group]])
            found = rapport(
                *("logrank", path, "--time", "tenure", "--event", "left", "--by", group, "--weights", weights)
            )
            peer = pairwise_logrank_test(telco.tenure, telco[group], telco.left, **theirs).summary
            for row in found["pairs"]:
                own = peer.loc[(row["group"], row["other"])]
                gap.of([row["chi2"], row["p"]], [own["test_statistic"], own["p"]], f"{group}, {weights}")
    gap.row("`logrank`: every two groups, even and Gehan's weights", version("lifelines"))
