"""CHAID, three classes and ordered categories among them: without Bonferroni's multiplier and without merging of small groups, neither of which the peer has."""

import numpy as np
import pandas as pd

from ours import Differences, file, rapport, version

TELCO = [
    "Contract",
    "InternetService",
    "PaymentMethod",
    "OnlineSecurity",
    "TechSupport",
    "gender",
    "SeniorCitizen",
    "MultipleLines",
]
BANK = ["job", "marital", "education", "default", "housing", "loan", "contact", "month", "day_of_week", "poutcome"]
LEADS = ["Lead Origin", "Lead Source", "Last Activity", "Specialization", "City", "Lead Quality", "Do Not Email"]
FILES = [
    ("telco_churn.csv", ",", "Churn", TELCO, {}),
    ("bank_additional_full.csv", ";", "y", BANK, {}),
    ("leads.csv", ",", "Converted", LEADS, {}),
    ("telco_churn.csv", ",", "Contract", TELCO[1:], {}),
    ("hillstrom.csv", ",", "visit", ["recency", "zip_code", "channel", "newbie", "segment"], {"recency": "ordinal"}),
]
PARAMETERS = [(0.05, 3, 100), (0.001, 2, 500), (0.3, 4, 1000)]


def theirs(frame, outcome, columns, kinds, merge, depth, parent):
    from CHAID import Tree

    kinds = {column: kinds.get(column, "nominal") for column in columns}
    tree = Tree.from_pandas_df(
        frame,
        kinds,
        outcome,
        alpha_merge=merge,
        max_depth=depth,
        min_parent_node_size=parent - 1,
        min_child_node_size=1,
    )
    found = {}
    for node in tree:
        if node.split_variable is None or not node.split.valid():
            continue
        names = lambda group: frozenset("unknown" if str(name) == "<missing>" else str(name) for name in group)
        key = (len(node.indices), node.split.split_name, frozenset(names(group) for group in node.split.split_map))
        found[key] = node.split.score
    return found


def ours(path, sign, outcome, columns, kinds, merge, depth, parent):
    ordinal = ["--ordinal", ",".join(kinds)] if kinds else []
    answer = rapport(
        "chaid",
        path,
        "--delimiter",
        sign,
        "--outcome",
        outcome,
        "--features",
        ",".join(columns),
        "--no-bonferroni",
        "--split",
        1,
        "--min-child",
        1,
        "--merge",
        merge,
        "--max-depth",
        depth,
        "--min-parent",
        parent,
        *ordinal,
    )
    best = {}
    for candidate in answer["candidates"]:
        best.setdefault(candidate["node"], candidate)
    found = {}
    for node in answer["nodes"]:
        if node["split"]:
            key = (int(sum(node["counts"])), node["split"], frozenset(frozenset(group) for group in node["groups"]))
            found[key] = best[node["node"]]["chi2"]
    return found


def compare():
    gap, nodes = Differences(), 0
    for name, sign, outcome, columns, kinds in FILES:
        frame = pd.read_csv(file(name), sep=sign)
        for column in columns:
            if column not in kinds:
                frame[column] = frame[column].map(lambda value: value if pd.isna(value) else str(value))
        for merge, depth, parent in PARAMETERS:
            where = f"{name} {outcome}, merge {merge}, depth {depth}, parent {parent}"
            have = ours(file(name), sign, outcome, columns, kinds, merge, depth, parent)
            want = theirs(frame, outcome, columns, kinds, merge, depth, parent)
            only = set(have) ^ set(want)
            if only:
                print(
                    f"  {where}: {len(set(have) & set(want))} nodes alike, others:",
                    *sorted(map(str, only))[:4],
                    sep="\n    ",
                )
            both = sorted(set(have) & set(want), key=str)
            nodes += len(both)
            gap.of([have[key] for key in both], [want[key] for key in both], where)
    gap.row(f"`chaid`: splits, groups and χ² of {nodes} nodes", version("CHAID"))
