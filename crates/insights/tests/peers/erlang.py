"""Erlang C beside pyworkforce; Erlang A beside its Markov chain, solved state by state and by a matrix exponential."""

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import expm_multiply

from ours import Differences, rapport, version


def chain(calls_per_s, handling, patience, agents, target):
    """Stationary shares of M/M/n+M, and the chance to be answered in time of one who finds j waiting before them."""
    most = agents + 1
    while calls_per_s / (agents / handling + (most - agents) / patience) > 0.5 or most < agents + 60:
        most += 1
    most += 400
    log_weight = np.zeros(most + 1)
    for state in range(1, most + 1):
        leave = min(state, agents) / handling + max(0, state - agents) / patience
        log_weight[state] = log_weight[state - 1] + np.log(calls_per_s / leave)
    share = np.exp(log_weight - log_weight.max())
    share /= share.sum()
    queue = np.arange(most - agents + 1)
    # From j before me: one of them leaves or a call ends (j − 1), or I hang up; from 0 before me a call that ends is my turn.
    size = len(queue)
    on = agents / handling + queue / patience
    moves = sparse.diags([-(on + 1 / patience), on[1:]], [0, 1], format="lil")
    moves.resize((size + 1, size + 1))
    moves[size, 0] = on[0]  # answered: its own state, which keeps who comes in
    began = np.zeros(size + 1)
    began[:size] = share[agents:]
    after = expm_multiply(sparse.csc_matrix(moves) * target, began) if target else began
    mean_queue = (queue * share[agents:]).sum()
    busy = (np.minimum(np.arange(most + 1), agents) * share).sum() / agents
    return [
        share[agents:].sum(),
        mean_queue / patience / calls_per_s,
        share[:agents].sum() + after[size],
        mean_queue / calls_per_s,
        busy,
        mean_queue,
    ]


def compare():
    from pyworkforce.queuing import ErlangC

    with_patience, without, needed = Differences(), Differences(), Differences()
    for calls, interval, handling, patience, agents, target in [
        (100, 1800, 180, 60, 11, 20),
        (100, 1800, 180, 600, 8, 20),
        (1000, 1800, 240, 30, 130, 10),
        (20, 3600, 400, 20, 2, 0),
        (400, 900, 300, 120, 140, 60),
        (5, 3600, 60, 5, 1, 30),
        (2000, 1800, 200, 3600, 215, 15),
    ]:
        found = rapport(
            "erlang",
            "--calls",
            calls,
            "--interval",
            interval,
            "--handling",
            handling,
            "--patience",
            patience,
            "--agents",
            agents,
            "--target",
            target,
        )["queue"]
        names = ["p_wait", "p_abandon", "service_level", "mean_wait_s", "occupancy", "mean_queue"]
        with_patience.of(
            [found[name] for name in names],
            chain(calls / interval, handling, patience, agents, target),
            f"{calls} calls, {agents} agents, patience {patience}",
        )
    for calls, minutes, aht, level, asa in [
        (100, 30, 3, 0.8, 20),
        (550, 30, 3.5, 0.9, 10),
        (40, 15, 6, 0.75, 30),
        (2000, 60, 5, 0.95, 15),
        (7, 60, 12, 0.8, 60),
    ]:
        peer = ErlangC(transactions=calls, aht=aht, asa=asa / 60, interval=minutes, shrinkage=0.0)
        ask = ("erlang", "--calls", calls, "--interval", 60 * minutes, "--handling", 60 * aht, "--target", asa)
        want = peer.required_positions(service_level=level, max_occupancy=0.9)
        have = rapport(*ask, "--service-level", level, "--max-occupancy", 0.9)
        needed.of(have["agents"], want["raw_positions"], f"{calls} calls")
        for more in (0, 1, 4):
            agents = want["raw_positions"] + more
            found = rapport(*ask, "--agents", agents)["queue"]
            without.of(
                [found["p_wait"], found["service_level"], found["occupancy"]],
                [peer.waiting_probability(agents), peer.service_level(agents), peer.achieved_occupancy(agents)],
                f"{calls} calls, {agents} agents",
            )
    with_patience.row("`erlang --patience` (Erlang A): six measures", "its Markov chain, SciPy")
    without.row("`erlang` (Erlang C): wait, service level, occupancy", version("pyworkforce"))
    needed.row("`erlang`: agents needed", version("pyworkforce"))
