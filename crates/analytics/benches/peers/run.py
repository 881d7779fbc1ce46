"""Our models beside their peers, one thread each, on the same numbers, after each other in one run.

    python3 -m venv /tmp/peers
    /tmp/peers/bin/pip install numpy pandas scikit-learn lightgbm lifetimes mlxtend prefixspan statsmodels
    /tmp/peers/bin/python crates/analytics/benches/peers/run.py [CASE …]

R with its package forecast (Debian: r-cran-forecast) is used when it is there. Every case is drawn from a seed, or comes
with a peer: CDNOW with lifetimes, air passengers with R. Prints the rows of the table in docs/benchmarks.md.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import json
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]


def best_of(run, most=5, patience=2.0):
    best, found, started = float("inf"), None, time.perf_counter()
    for _ in range(most):
        start = time.perf_counter()
        found = run()
        best = min(best, time.perf_counter() - start)
        if time.perf_counter() - started > patience:
            break
    return best, found


class Case:
    """Columns in a folder of their own, for the program and for the peer."""

    def __init__(self, name, **columns):
        self.name, self.columns = name, columns
        self.folder = Path(tempfile.mkdtemp(prefix=f"peers-{name}-"))
        for key, values in columns.items():
            path = self.folder / key
            if isinstance(values, np.ndarray):
                path.write_bytes(np.ascontiguousarray(values, dtype="<f8").tobytes())
            elif isinstance(values, list):
                path.write_text("".join(" ".join(map(str, row)) + "\n" for row in values))
            else:
                path.write_text(str(values))

    def ours(self):
        program = os.environ.get("PEERS_PROGRAM")
        line = [program] if program else ["cargo", "bench", "--quiet", "-p", "analytics", "--bench", "peers", "--"]
        out = subprocess.run(line + [str(self.folder), self.name], cwd=ROOT, capture_output=True, text=True, check=True)
        shutil.rmtree(self.folder)
        return json.loads(out.stdout.strip().splitlines()[-1])


def customers(rows):
    """Histories like CDNOW's: BG/NBD with its parameters, whole days, seen for 27 to 39 weeks."""
    draw = np.random.default_rng(1)
    rate, leaves = draw.gamma(0.243, 1 / 4.414, rows), draw.beta(0.793, 2.426, rows)
    age = (189 + np.arange(rows) % 85) / 7
    x, last, now, open_ = np.zeros(rows), np.zeros(rows), np.zeros(rows), np.ones(rows, bool)
    while open_.any():
        now = now + draw.exponential(1, rows) / np.maximum(rate, 1e-12)
        open_ &= now < age
        x, last = x + open_, np.where(open_, np.minimum(np.ceil(now * 7) / 7, age), last)
        open_ &= draw.random(rows) >= leaves
    return dict(frequency=x, recency=last, age=age)


def bgnbd(name, columns, peer=True):
    case = Case(f"bgnbd-{name}", **columns)

    def run():
        from lifetimes import BetaGeoFitter

        model = BetaGeoFitter().fit(columns["frequency"], columns["recency"], columns["age"])
        model.conditional_probability_alive(columns["frequency"], columns["recency"], columns["age"])
        model.conditional_expected_number_of_purchases_up_to_time(
            39, columns["frequency"], columns["recency"], columns["age"]
        )
        return None

    return case, (lambda: best_of(run)) if peer else None, "lifetimes"


def bgnbd_cdnow():
    from lifetimes.datasets import load_cdnow_summary

    data = load_cdnow_summary()
    return bgnbd("cdnow", dict(frequency=data.frequency.values.astype(float), recency=data.recency.values, age=data["T"].values))


def predictors(rows, width, seed=3):
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(rows, width))
    score = 0.8 * x[:, 0] - 0.6 * x[:, 1] + 0.7 * x[:, 2] * x[:, 3] + 0.5 * (x[:, 4] > 0.5) - 1
    y = (draw.random(rows) < 1 / (1 + np.exp(-score))).astype(float)
    return np.asfortranarray(x), y


def columns_of(x, **more):
    return {**{f"x{at}": x[:, at] for at in range(x.shape[1])}, **more}


def boosting(rows, leaves=31):
    x, y = predictors(rows, 20)
    case = Case(f"boost-{rows}", **columns_of(x, y=y, leaves=leaves))

    def run():
        import lightgbm

        options = dict(objective="binary", num_leaves=leaves, learning_rate=0.05, min_data_in_leaf=20, num_threads=1, verbose=-1, max_bin=254)
        model = lightgbm.train(options, lightgbm.Dataset(x, y), 100)
        if rows > 300_000:
            return model
        from sklearn.metrics import roc_auc_score

        return roc_auc_score(y, model.predict(x, num_threads=1))

    def peer():
        seconds, found = best_of(run)
        return seconds, found if isinstance(found, float) else None

    return case, peer, "LightGBM"


def k_means(rows):
    draw = np.random.default_rng(4)
    x = draw.normal(size=(rows, 5)) + 3 * draw.integers(0, 3, size=(rows, 1))
    case = Case(f"kmeans-{rows}", **columns_of(x))

    def run():
        from sklearn.cluster import KMeans

        return KMeans(8, n_init=1, random_state=1).fit(x).inertia_

    return case, lambda: best_of(run), "scikit-learn"


def regression(rows):
    x, y = predictors(rows, 20)
    case = Case(f"logistic-{rows}", **columns_of(x, y=y))

    def run():
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(C=np.inf, solver="newton-cholesky").fit(x, y).coef_[0][0]

    return case, lambda: best_of(run), "scikit-learn"


def tree(rows):
    x, y = predictors(rows, 10)
    case = Case(f"cart-{rows}", **columns_of(x, y=y))

    def run():
        from sklearn.tree import DecisionTreeClassifier

        return float(DecisionTreeClassifier(max_depth=8, min_samples_leaf=20).fit(x, y).get_n_leaves())

    return case, lambda: best_of(run), "scikit-learn"


def baskets(rows, items=500):
    """Baskets of about eight items; items come in groups of five that like to be bought together."""
    draw = np.random.default_rng(5)
    popular = 1 / (1 + np.arange(items)) ** 0.8
    popular /= popular.sum()
    found = []
    for size in draw.poisson(5, rows):
        own = set(draw.choice(items, size=size + 1, p=popular).tolist())
        for item in list(own)[: size // 3]:
            first = item - item % 5
            own.update((first + draw.integers(0, 5, 2)).tolist())
        found.append(list(own))
    return found


def item_sets(rows, least):
    data = baskets(rows)
    case = Case(f"itemsets-{rows}", rows=data, least=least)

    def run():
        import pandas as pd
        from mlxtend.frequent_patterns import fpgrowth

        table = np.zeros((len(data), 500), bool)
        for at, row in enumerate(data):
            table[at, row] = True
        return float(len(fpgrowth(pd.DataFrame(table), min_support=least / rows)))

    return case, lambda: best_of(run), "mlxtend (fpgrowth)"


def sequences(rows, least):
    data = baskets(rows)
    case = Case(f"sequences-{rows}", rows=data, least=least)

    def run():
        from prefixspan import PrefixSpan

        return float(len(PrefixSpan(data).frequent(least)))

    return case, lambda: best_of(run, most=2), "prefixspan"


AIR = """112 118 132 129 121 135 148 148 136 119 104 118 115 126 141 135 125 149 170 170 158 133 114 140 145 150 178 163 172 178
199 199 184 162 146 166 171 180 193 181 183 218 230 242 209 191 172 194 196 196 236 235 229 243 264 272 237 211 180 201 204 188
235 227 234 264 302 293 259 229 203 229 242 233 267 269 270 315 364 347 312 274 237 278 284 277 317 313 318 374 413 405 355 306
271 306 315 301 356 348 355 422 465 467 404 347 305 336 340 318 362 348 363 435 491 505 404 359 310 337 360 342 406 396 420 472
548 559 463 407 362 405 417 391 419 461 472 535 622 606 508 461 390 432"""


def smoothing():
    series = np.array([float(word) for word in AIR.split()])
    case = Case("ets-air", value=series, period=12)
    text = Path(tempfile.mkdtemp()) / "series.txt"
    text.write_text("\n".join(map(str, series)))

    def by_r():
        out = subprocess.run(["Rscript", str(HERE / "ets.R"), str(text), "12"], capture_output=True, text=True, check=True)
        found = json.loads(out.stdout.strip().splitlines()[-1])
        return found["seconds"], found["found"]

    return case, by_r if shutil.which("Rscript") else None, "R forecast::ets"


def scores(rows):
    draw = np.random.default_rng(6)
    recency, orders, amount = (np.ceil(draw.exponential(scale, rows)) for scale in (90, 4, 500))
    case = Case(f"rfm-{rows}", recency=recency, orders=orders, amount=amount)

    def run():
        total = 0.0
        for column in (recency, amount, orders):
            cuts = np.quantile(column, [0.2, 0.4, 0.6, 0.8])
            total = float((1 + np.searchsorted(cuts, column, side="left")).sum())
        return total

    return case, lambda: best_of(run), "NumPy"


CASES = {
    "BG/NBD, CDNOW (2,357 customers), fit and scores": bgnbd_cdnow,
    "BG/NBD, 23,570 customers": lambda: bgnbd("23570", customers(23_570)),
    "BG/NBD, 1,000,000 customers": lambda: bgnbd("1000000", customers(1_000_000), peer=False),
    "RFM scores, 1,000,000 customers": lambda: scores(1_000_000),
    "k-means, k = 8, 5 columns, 1,000,000 rows": lambda: k_means(1_000_000),
    "Boosting, 100 trees of 31 leaves, 20 columns, 100,000 rows": lambda: boosting(100_000),
    "Boosting, the same, 1,000,000 rows": lambda: boosting(1_000_000),
    "Logistic regression, 20 columns, 200,000 rows": lambda: regression(200_000),
    "CART, depth 8, 10 columns, 100,000 rows": lambda: tree(100_000),
    "Item sets, 50,000 baskets, 500 items, 50 at least": lambda: item_sets(50_000, 50),
    "Sequences, 20,000 customers, 100 at least": lambda: sequences(20_000, 100),
    "ETS chosen by AICc, air passengers (144 months)": smoothing,
}


def main():
    wanted = [word.lower() for word in sys.argv[1:]]
    print("| case | ours | peer | ratio | found: ours, peer | memory: columns, model |\n|---|---|---|---|---|---|", flush=True)
    for title, make in CASES.items():
        if wanted and not any(word in title.lower() for word in wanted):
            continue
        case, peer, name = make()
        ours = case.ours()
        seconds, found = peer() if peer else (None, None)
        shown = lambda s: "–" if s is None else (f"{s * 1e3:.1f} ms" if s < 1 else f"{s:.2f} s")
        ratio = "–" if seconds is None else f"{ours['seconds'] / seconds:.2f}"
        figure = lambda value: "–" if value is None else f"{value:.6g}"
        memory = f"{ours['columns_bytes'] / 1e6:.1f} MB, {ours['model_bytes'] / 1e6:.1f} MB"
        print(
            f"| {title} | {shown(ours['seconds'])} | {shown(seconds)} {name if peer else ''} | {ratio} |"
            f" {figure(ours['found'])}, {figure(found)} | {memory} |",
            flush=True,
        )


main()
