//! A/B tests and uplift on Hillstrom's e-mails.

use super::{close, column, data, expected, near, number, numbers};
use crate::line::{file, json, row};

#[test]
fn tests_of_hillstrom() {
    let Some(case) = expected("ab_hillstrom") else { return };
    let file_ = data("hillstrom.csv");
    let found = json(&[
        "abtest",
        &file_,
        "--group",
        "segment",
        "--control",
        "No E-Mail",
        "--measures",
        "visit,conversion,spend",
    ]);
    for (name, want) in case["tests"].as_object().expect("tests") {
        let have = &found[format!("test {name}")];
        near("difference", number(have, "difference"), number(want, "diff"), 1e-6);
        if have["kind"] == "rates" {
            for (own, theirs, within) in [
                ("relative_lift", "relative_lift", 1e-6),
                ("z", "z_pooled", 1e-6),
                ("p", "p_two_sided", 1e-4),
                ("chi2", "chi2", 1e-6),
                ("chi2_yates", "chi2_yates", 1e-6),
                ("odds_ratio", "fisher_odds_ratio", 1e-6),
                ("fisher_p", "fisher_p", 1e-4),
            ] {
                near(own, number(have, own), number(want, theirs), within);
            }
            for (own, theirs) in [("wald", "wald_ci95"), ("newcombe", "newcombe_ci95")] {
                for (have, want) in numbers(&have[own]).iter().zip(numbers(&want[theirs])) {
                    near(own, *have, want, 1e-6);
                }
            }
        } else {
            for (own, theirs, within) in [
                ("t", "welch_t", 1e-6),
                ("df", "df", 1e-6),
                ("p", "p", 1e-4),
                ("u", "mannwhitney_u", 1e-6),
                ("rank_p", "mannwhitney_p", 1e-4),
            ] {
                near(own, number(have, own), number(want, theirs), within);
            }
        }
    }
    for (own, theirs) in [("bonferroni", "bonferroni"), ("holm", "holm"), ("benjamini_hochberg", "fdr_bh")] {
        for (name, want) in case["multiple_testing"][theirs].as_object().expect("tests") {
            let have = row(&found["comparisons"], "comparison", name);
            near(own, number(have, own), want.as_f64().expect("a number"), 1e-4);
        }
    }
    near("split", number(&found["split"], "chi2"), number(&case, "srm/chi2"), 1e-6);
    let size = &case["sample_size_10_vs_12pct"];
    let found = json(&["sample-size", "--from", "0.1", "--to", "0.12"]);
    near("normal", number(&found, "by_normal"), number(size, "classical_normal"), 1e-6);
    near("arcsine", number(&found, "by_arcsine"), number(size, "arcsine_cohen_h"), 1e-6);

    let small = &case["bayes"]["small"];
    let mut text = "group,won\n".to_owned();
    for name in ["A", "B"] {
        let [won, all] = numbers(&small[name])[..] else { panic!("a pair") };
        (0..all as usize).for_each(|at| text += &format!("{name},{}\n", u8::from(at < won as usize)));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let small_file = file(folder.path(), "small.csv", &text);
    let found = json(&["abtest", &small_file, "--control", "A", "--measures", "won"]);
    near("chance", number(&found["test B/won"], "chance_to_beat"), number(small, "p_B_gt_A"), 1e-6);
}

#[test]
fn uplift_of_hillstrom() {
    let Some(case) = expected("uplift_hillstrom") else { return };
    let file = data("hillstrom.csv");
    let line = [
        "uplift",
        &file,
        "--where",
        "not (segment = \"Mens E-Mail\")",
        "--outcome",
        "visit",
        "--treatment",
        "segment",
        "--treated",
        "Womens E-Mail",
        "--test-every",
        "2",
        "--test-remainder",
        "1",
    ];
    let features = ["--features", "recency,history,mens,womens,newbie,zip_code,channel"];
    let found = json(&[&line[..], &features].concat());
    near("train", number(&found, "train_rows"), number(&case, "n_train"), 0.0);
    near("test", number(&found, "test_rows"), number(&case, "n_test"), 0.0);
    near("effect", number(&found, "effect_train"), number(&case, "ate_train"), 1e-9);
    let want = &case["models"]["t_learner_logit"];
    close("Qini", number(&found["qini"], "coefficient"), number(want, "qini_auc"), 2e-3);
    for (score, name) in [
        ("score = 0 - recency", "metric_check_score_minus_recency"),
        ("score = 1000 * womens - history / 10000", "metric_check_score_1000womens_minus_history_1e-4"),
    ] {
        let found = json(&[&line[..], &["--let", score, "--score", "score"]].concat());
        let want = &case["models"][name];
        let qini = &found["qini"];
        close("Qini", number(qini, "coefficient"), number(want, "qini_auc"), 1e-6);
        near("area", number(qini, "area"), number(want, "qini_area_over_random"), 1e-6);
        close("uplift area", number(qini, "uplift_area"), number(want, "uplift_auc"), 1e-6);
        close("at 10 %", number(qini, "uplift_at_10"), number(want, "uplift_at_10pct"), 1e-6);
        close("at 30 %", number(qini, "uplift_at_30"), number(want, "uplift_at_30pct"), 1e-6);
        for (have, want) in column(&found["deciles"], "uplift").iter().zip(numbers(&want["decile_uplift"])) {
            close("decile", *have, want, 1e-6);
        }
    }
}
