//! Small baskets, worked by hand or against a count of every subset.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::Error;
use crate::progress::Silent;
use crate::random::Random;

/// Bread 0, milk 1, nappies 2, beer 3, eggs 4, cola 5 (Tan, Steinbach, Kumar 2005, table 6.1).
fn shop() -> Baskets {
    Baskets::from_rows([vec![0, 1], vec![0, 2, 3, 4], vec![1, 2, 3, 5], vec![0, 1, 2, 3], vec![0, 1, 2, 5]])
}

fn random_baskets(seed: u64, rows: usize, items: usize, share: f64) -> Baskets {
    let mut random = Random::new(seed);
    let rows: Vec<Vec<u32>> = (0..rows)
        .map(|_| {
            (0..items as u32).filter(|&i| random.uniform() < share / (1.0 + f64::from(i) / 4.0)).collect()
        })
        .collect();
    Baskets::from_rows(rows)
}

fn sets(baskets: &Baskets, mining: &Mining) -> Vec<(Vec<u32>, u32)> {
    let found = frequent_sets(baskets, mining, &Silent).unwrap();
    found.iter().map(|set| (set.items.to_vec(), set.count)).collect()
}

fn by_trying_all(baskets: &Baskets, least: u32) -> Vec<(Vec<u32>, u32)> {
    let mut found = Vec::new();
    for mask in 1u32..1 << baskets.item_count() {
        let set: Vec<u32> = (0..32).filter(|bit| mask & (1 << bit) != 0).collect();
        let count = baskets.rows().filter(|row| set.iter().all(|item| row.contains(item))).count() as u32;
        if count >= least {
            found.push((set, count));
        }
    }
    found.sort_by_key(|(set, _)| (set.len(), set.clone()));
    found
}

#[test]
fn frequent_sets_are_those_that_trying_all_finds() {
    for (seed, items, share, least) in [(1, 12, 0.9, 3), (2, 12, 0.5, 1), (3, 6, 0.2, 2), (4, 13, 0.97, 20)] {
        let baskets = random_baskets(seed, 60, items, share);
        assert_eq!(sets(&baskets, &Mining::at_least(least)), by_trying_all(&baskets, least));
    }
}

#[test]
fn a_second_thread_changes_nothing() {
    let baskets = random_baskets(5, 2_000, 40, 0.8);
    let one = Mining::at_least(30);
    assert_eq!(sets(&baskets, &one), sets(&baskets, &Mining { threads: 2, ..one }));
}

#[test]
fn a_limit_on_the_size_only_cuts() {
    let baskets = random_baskets(6, 500, 20, 0.9);
    let all = sets(&baskets, &Mining::at_least(25));
    for max_size in 1..5 {
        let cut: Vec<_> = all.iter().filter(|(set, _)| set.len() <= max_size).cloned().collect();
        assert_eq!(sets(&baskets, &Mining { max_size, ..Mining::at_least(25) }), cut);
    }
}

#[test]
fn too_many_sets_are_refused_and_a_stop_is_obeyed() {
    let baskets = random_baskets(7, 100, 12, 0.9);
    let mining = Mining { max_sets: 10, ..Mining::at_least(2) };
    assert!(matches!(frequent_sets(&baskets, &mining, &Silent), Err(Error::Parameter { .. })));
    let stop = |_: f64| false;
    assert_eq!(frequent_sets(&baskets, &Mining::at_least(2), &stop).unwrap_err(), Error::Stopped);
}

#[test]
fn no_baskets_have_no_sets() {
    let none = Baskets::from_rows(Vec::<Vec<u32>>::new());
    assert!(frequent_sets(&none, &Mining::at_least(1), &Silent).unwrap().is_empty());
    assert!(
        frequent_sets(&Baskets::from_rows([[0u32; 0]]), &Mining::at_least(1), &Silent).unwrap().is_empty()
    );
}

#[test]
fn closed_sets_have_no_equal_superset_and_maximal_sets_no_frequent_one() {
    let baskets = random_baskets(8, 80, 10, 0.8);
    let all = frequent_sets(&baskets, &Mining::at_least(4), &Silent).unwrap();
    let holds = |big: &[u32], small: &[u32]| big.len() > small.len() && small.iter().all(|i| big.contains(i));
    let closed: Vec<_> = all
        .iter()
        .filter(|set| !all.iter().any(|other| holds(other.items, set.items) && other.count == set.count))
        .collect();
    assert_eq!(closed_sets(&all).iter().collect::<Vec<_>>(), closed);
    let maximal: Vec<_> =
        all.iter().filter(|set| !all.iter().any(|other| holds(other.items, set.items))).collect();
    assert_eq!(maximal_sets(&all).iter().collect::<Vec<_>>(), maximal);
}

#[test]
fn nappies_bring_beer() {
    let all = frequent_sets(&shop(), &Mining::at_least(2), &Silent).unwrap();
    let found = rules(&all, &RuleOptions::confidence(0.6)).unwrap();
    let rule = found.iter().find(|r| r.left == [2] && r.right == [3]).unwrap();
    assert_eq!((rule.count, rule.support, rule.confidence), (3, 0.6, 0.75));
    assert!((rule.lift - 1.25).abs() < 1e-12);
    assert!((rule.leverage - (0.6 - 0.8 * 0.6)).abs() < 1e-12);
    assert!((rule.conviction - 0.4 / 0.25).abs() < 1e-12);
    let sure = found.iter().find(|r| r.left == [3] && r.right == [2]).unwrap();
    assert_eq!(sure.conviction, f64::INFINITY);
}

#[test]
fn any_right_side_adds_rules_with_several_items_there() {
    let all = frequent_sets(&shop(), &Mining::at_least(1), &Silent).unwrap();
    let any =
        rules(&all, &RuleOptions { sides: RuleSides::AnyRight, ..RuleOptions::confidence(0.5) }).unwrap();
    let mut expected = 0;
    for set in all.iter().filter(|set| set.items.len() > 1) {
        for mask in 1..(1usize << set.items.len()) - 1 {
            let left: Vec<u32> = set
                .items
                .iter()
                .enumerate()
                .filter(|(at, _)| mask & (1 << at) != 0)
                .map(|(_, &i)| i)
                .collect();
            let left = all.iter().find(|other| other.items == left).unwrap().count;
            expected += usize::from(f64::from(set.count) / f64::from(left) >= 0.5);
        }
    }
    assert_eq!(any.len(), expected);
}

#[test]
fn offers_name_the_most_confident_rule() {
    let all = frequent_sets(&shop(), &Mining::at_least(2), &Silent).unwrap();
    let found = rules(&all, &RuleOptions::confidence(0.5)).unwrap();
    let offers = offers_by_rules(&found, &[3], 2);
    assert_eq!(offers[0].item, 2);
    assert_eq!(offers[0].confidence, 1.0);
    assert!(offers.len() == 2 && offers[1].confidence < 1.0);
    assert!(offers_by_rules(&found, &[], 5).is_empty());
}

#[test]
fn sequences_of_the_prefixspan_paper() {
    // Pei et al. 2001, table 1: a..g are 0..6.
    let rows = [
        vec![vec![0], vec![0, 1, 2], vec![0, 2], vec![3], vec![2, 5]],
        vec![vec![0, 3], vec![2], vec![1, 2], vec![0, 4]],
        vec![vec![4, 5], vec![0, 1], vec![3, 5], vec![2], vec![1]],
        vec![vec![4], vec![6], vec![0, 5], vec![2], vec![1], vec![2]],
    ];
    let sequences = Sequences::from_rows(&rows);
    let found = frequent_sequences(&sequences, &SequenceOptions::at_least(2), &Silent).unwrap();
    assert_eq!(found.len(), 53);
    let count = |events: &[&[u32]]| found.iter().find(|p| p.events == events).map(|p| p.count);
    assert_eq!(count(&[&[0], &[1, 2], &[0]]), Some(2));
    assert_eq!(count(&[&[0], &[2]]), Some(4));
    assert_eq!(count(&[&[0, 1], &[3], &[2]]), Some(2));
    assert_eq!(count(&[&[6]]), None);
    let short = SequenceOptions { max_events: 1, ..SequenceOptions::at_least(2) };
    assert!(frequent_sequences(&sequences, &short, &Silent).unwrap().iter().all(|p| p.events.len() == 1));
}

#[test]
fn a_gap_is_from_any_event_that_the_pattern_can_stand_at_to_the_next() {
    let days = |days: &[(i64, u32)]| days.iter().map(|&(day, item)| (day, vec![item])).collect::<Vec<_>>();
    let rows = [days(&[(0, 1), (10, 2)]), days(&[(0, 1), (2, 2)]), days(&[(0, 1), (8, 1), (10, 2)])];
    let sequences = Sequences::from_timed_rows(rows.into_iter());
    let count = |gap| {
        let options = SequenceOptions { gap, ..SequenceOptions::at_least(1) };
        let found = frequent_sequences(&sequences, &options, &Silent).unwrap();
        found.iter().find(|pattern| pattern.events == [[1], [2]]).map_or(0, |pattern| pattern.count)
    };
    assert_eq!([count(i64::MIN..=i64::MAX), count(0..=3), count(5..=i64::MAX), count(3..=9)], [3, 2, 2, 0]);
    let (least, most) = (2, 1);
    let none = SequenceOptions { gap: least..=most, ..SequenceOptions::at_least(1) };
    assert!(matches!(frequent_sequences(&sequences, &none, &Silent), Err(Error::Parameter { .. })));
}

#[test]
fn a_span_is_that_of_the_shortest_way_that_the_gaps_allow() {
    // Against all ways to stand in the events of a customer, by trying each.
    let mut random = Random::new(5);
    let rows: Vec<Vec<(i64, Vec<u32>)>> = (0..60)
        .map(|_| (0..9).map(|at| (3 * at + random.below(3) as i64, vec![random.below(4) as u32])).collect())
        .collect();
    let sequences = Sequences::from_timed_rows(rows.iter().cloned());
    for (gap, max_span) in [(i64::MIN..=i64::MAX, 7), (4..=12, 14), (1..=5, i64::MAX), (2..=9, 0)] {
        let options =
            SequenceOptions { gap: gap.clone(), max_span, max_events: 3, ..SequenceOptions::at_least(1) };
        let found = frequent_sequences(&sequences, &options, &Silent).unwrap();
        let mut wanted: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
        for events in &rows {
            let mut own = BTreeSet::new();
            let fits = |a: usize, b: usize| a < b && gap.contains(&(events[b].0 - events[a].0));
            let item = |at: usize| events[at].1[0];
            for a in 0..events.len() {
                own.insert(vec![item(a)]);
                for b in (0..events.len()).filter(|&b| fits(a, b)) {
                    let near = |last: usize| events[last].0 - events[a].0 <= max_span;
                    if near(b) {
                        own.insert(vec![item(a), item(b)]);
                    }
                    let thirds = (0..events.len()).filter(|&c| fits(b, c) && near(c));
                    own.extend(thirds.map(|c| vec![item(a), item(b), item(c)]));
                }
            }
            own.into_iter().for_each(|pattern| *wanted.entry(pattern).or_default() += 1);
        }
        let have: BTreeMap<Vec<u32>, u32> =
            found.into_iter().map(|pattern| (pattern.events.concat(), pattern.count)).collect();
        assert_eq!(have, wanted, "{gap:?}, {max_span}");
    }
    let none = SequenceOptions { max_span: -1, ..SequenceOptions::at_least(1) };
    assert!(matches!(frequent_sequences(&sequences, &none, &Silent), Err(Error::Parameter { .. })));
}

#[test]
fn a_set_may_complete_in_a_later_event_than_its_first_item() {
    let sequences = Sequences::from_rows(&[vec![vec![0], vec![0, 1]], vec![vec![0, 1]]]);
    let found = frequent_sequences(&sequences, &SequenceOptions::at_least(2), &Silent).unwrap();
    assert!(found.contains(&Pattern { events: vec![vec![0, 1]], count: 2 }));
}

#[test]
fn cosine_counts_shared_buyers() {
    let baskets = shop();
    let cosine = ItemCosine::new(&baskets);
    let near = cosine.neighbours(3, 1);
    assert_eq!((near[0].item, near[0].both, near[0].buyers), (2, 3, 4));
    assert!((near[0].cosine - 3.0 / 12f64.sqrt()).abs() < 1e-15);
}

#[test]
fn a_strong_purchase_counts_like_one_of_a_larger_weight() {
    let baskets = random_baskets(10, 60, 12, 0.5);
    let start = ImplicitAls::random_start(&baskets, 3, 1);
    let fit = |strengths: Option<&[f64]>, weight| {
        let options = AlsOptions { factors: 3, rounds: 6, weight, ridge: 0.5, ..AlsOptions::default() };
        ImplicitAls::fit(&baskets, strengths, start.clone(), &options, &Silent)
    };
    assert_eq!(fit(Some(&vec![4.0; baskets.entries()]), 5.0), fit(None, 20.0));
    // The items of one customer count a thousand times: that customer is told best, and the cost still falls.
    let mut strengths = vec![1.0; baskets.entries()];
    let loud = (0..60).find(|&customer| baskets.row(customer).len() > 3).expect("somebody bought");
    strengths[baskets.entries_of(loud)].fill(1e3);
    let found = fit(Some(&strengths), 5.0).unwrap();
    assert!(found.losses.windows(2).all(|pair| pair[1] <= pair[0] * (1.0 + 1e-12)));
    let scores = found.model.scores(loud);
    assert!(baskets.row(loud).iter().all(|&item| (scores[item as usize] - 1.0).abs() < 0.2), "{scores:?}");
    assert!(matches!(fit(Some(&[1.0]), 5.0), Err(Error::Length { .. })));
    strengths[0] = -1.0;
    assert!(matches!(fit(Some(&strengths), 5.0), Err(Error::Value { .. })));
}

#[test]
fn als_lowers_its_cost_and_repeats_on_two_threads() {
    let baskets = random_baskets(9, 200, 30, 0.6);
    let start = ImplicitAls::random_start(&baskets, 4, 1);
    let options = AlsOptions { factors: 4, rounds: 8, ..AlsOptions::default() };
    let fit = ImplicitAls::fit(&baskets, None, start.clone(), &options, &Silent).unwrap();
    assert!(fit.losses.windows(2).all(|w| w[1] <= w[0] + 1e-9));
    let again =
        ImplicitAls::fit(&baskets, None, start, &AlsOptions { threads: 2, ..options }, &Silent).unwrap();
    assert_eq!(fit, again);
}

#[test]
fn ranking_counts_every_candidate() {
    let (train, held) = hold_out_last(&[vec![0, 1, 2], vec![0, 2, 1], vec![3, 9], vec![1]], 2);
    // Popularity: item 0 twice, 1 twice, 2 and 3 once; item 9 is known to nobody.
    let popular: Vec<f64> = train.item_counts().iter().map(|&count| f64::from(count)).collect();
    let report = rank_held_out(&train, &held, 1, |_| popular.clone()).unwrap();
    assert_eq!((report.ranked, report.skipped), (2, 1));
    assert_eq!(report.ranks, [Some(1), Some(1), None, None]);
    assert_eq!((report.hit_rate, report.ndcg), (1.0, 1.0));
    assert_eq!(report.coverage, 0.5);
}

#[test]
fn rules_are_measured_in_more_ways() {
    // Of 10 baskets 5 have A, 4 have B, 3 have both.
    let rule = Rule {
        left: vec![0],
        right: vec![1],
        count: 3,
        support: 0.3,
        confidence: 0.6,
        lift: 1.5,
        leverage: 0.1,
        conviction: 1.5,
        left_support: 0.5,
        right_support: 0.4,
    };
    let near = |have: f64, want: f64| assert!((have - want).abs() < 1e-12, "{have}, not {want}");
    near(rule.cosine(), 0.3 / 0.2f64.sqrt());
    near(rule.jaccard(), 0.5);
    near(rule.kulczynski(), 0.675);
    near(rule.certainty(), 1.0 / 3.0);
    near(rule.zhang(), 0.1 / 0.15);
}

#[test]
fn closed_and_maximal_sequences_are_those_of_other_programs() {
    let row = |items: &[u32]| items.iter().map(|&item| vec![item]).collect::<Vec<_>>();
    let rows = [
        row(&[0, 1, 2, 3, 4]),
        row(&[1, 1, 1, 3, 4]),
        row(&[2, 1, 2, 2, 0]),
        row(&[1, 1, 1, 2, 2]),
        row(&[3, 0, 1, 4]),
        row(&[2, 3, 1, 0, 4]),
    ];
    let sequences = Sequences::from_rows(&rows);
    let frequent = frequent_sequences(&sequences, &SequenceOptions::at_least(2), &Silent).unwrap();
    assert_eq!(frequent.len(), 28);
    let shown = |patterns: Vec<Pattern>| -> BTreeSet<(Vec<u32>, u32)> {
        patterns.into_iter().map(|pattern| (pattern.events.concat(), pattern.count)).collect()
    };
    // The package prefixspan 0.5.2 (BIDE), closed=True; maximal by the definition from its frequent ones.
    let closed: [(&[u32], u32); 16] = [
        (&[0], 4),
        (&[0, 1, 4], 2),
        (&[0, 4], 3),
        (&[1], 6),
        (&[1, 1, 1], 2),
        (&[1, 2], 3),
        (&[1, 2, 2], 2),
        (&[1, 3, 4], 2),
        (&[1, 4], 4),
        (&[2], 4),
        (&[2, 0], 2),
        (&[2, 1, 0], 2),
        (&[2, 3, 4], 2),
        (&[3, 0, 4], 2),
        (&[3, 1, 4], 2),
        (&[3, 4], 4),
    ];
    // A pattern that another one of as many customers holds is not closed, though that package keeps (2, 0).
    let wanted: BTreeSet<_> =
        closed.iter().filter(|own| own.0 != [2, 0]).map(|own| (own.0.to_vec(), own.1)).collect();
    assert_eq!(shown(closed_sequences(frequent.clone(), &Silent).unwrap()), wanted);
    let maximal = [[0, 1, 4], [1, 1, 1], [1, 2, 2], [1, 3, 4], [2, 1, 0], [2, 3, 4], [3, 0, 4], [3, 1, 4]];
    let wanted: BTreeSet<_> = maximal.iter().map(|own| (own.to_vec(), 2)).collect();
    assert_eq!(shown(maximal_sequences(frequent, &Silent).unwrap()), wanted);
    // Items of one event are held by an event that has more of them, not by two events.
    let pattern =
        |events: &[&[u32]]| Pattern { events: events.iter().map(|e| e.to_vec()).collect(), count: 1 };
    let both = vec![pattern(&[&[1], &[3]]), pattern(&[&[1, 2], &[3]]), pattern(&[&[1], &[2], &[3, 4]])];
    assert_eq!(maximal_sequences(both.clone(), &Silent).unwrap(), both[1..]);
}

#[test]
fn steps_count_all_events_of_a_customer_also_those_of_rare_items() {
    // 7 is rare, and stands between 1 and 2 twice; 1 comes again just before 2 once.
    let row = |items: &[u32]| items.iter().map(|&item| vec![item]).collect::<Vec<_>>();
    let rows = [row(&[1, 2]), row(&[1, 7, 2]), row(&[1, 3, 1, 2]), row(&[1, 3, 3, 2])];
    let sequences = Sequences::from_rows(&rows);
    let count = |max_steps| {
        let options = SequenceOptions { max_steps, ..SequenceOptions::at_least(2) };
        let found = frequent_sequences(&sequences, &options, &Silent).unwrap();
        found.iter().find(|pattern| pattern.events == [[1], [2]]).map_or(0, |pattern| pattern.count)
    };
    assert_eq!([1, 2, 3, u32::MAX].map(count), [2, 3, 4, 4]);
    let none = SequenceOptions { max_steps: 0, ..SequenceOptions::at_least(1) };
    assert!(matches!(frequent_sequences(&sequences, &none, &Silent), Err(Error::Parameter { .. })));
}
