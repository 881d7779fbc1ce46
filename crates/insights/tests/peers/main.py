"""What `rapport analyze` finds, beside other people's programs on the same files.

    python3 -m venv /tmp/peers
    /tmp/peers/bin/pip install pandas scikit-learn lightgbm statsmodels CHAID scikit-uplift implicit hierarchicalforecast kmodes pyworkforce lifelines Lifetimes mlxtend
    cargo build -p insights --example analyze
    /tmp/peers/bin/python crates/insights/tests/peers/main.py FOLDER [CASE …]

FOLDER has the public files that the cases name. Prints the rows of the tables in docs/peers.md: what was compared, in how
many cases, and the largest difference.
"""

import importlib
import sys
import warnings

warnings.filterwarnings("ignore")
CASES = ["chaid", "uplift", "als", "reconcile", "erlang", "kprototypes", "weights", "groups", "survival", "ets", "counted", "more", "boosting"]

if __name__ == "__main__":
    for case in sys.argv[2:] or CASES:
        importlib.import_module(case).compare()
