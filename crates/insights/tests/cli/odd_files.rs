//! Files as other programs and other countries write them, and with holes in them: read right, or refused with the place.

use crate::line::{failure, file, json, printed, row};

fn customers() -> String {
    let rows = (0..60).map(|row| {
        let (spent, plan) = (20 + row * 7 % 90, ["month", "year"][row % 2]);
        let left = if (row * 31 % 100) + spent / 3 > 70 { "yes" } else { "no" };
        format!("k{row};{spent},5{};{plan};{};{left}\n", row % 10, row % 24 + 1)
    });
    rows.fold("customer;spent;plan;tenure;churned\n".to_owned(), |text, row| text + &row)
}

#[test]
fn a_decimal_comma_is_read_when_it_is_said_and_never_taken_for_a_kind() {
    let folder = tempfile::tempdir().expect("a folder");
    let comma = file(folder.path(), "comma.csv", &customers());
    let point = file(folder.path(), "point.csv", &customers().replace(',', "."));
    let models: [&[&str]; 4] = [
        &["boost", "--outcome", "churned", "--features", "spent,plan", "--trees", "5"],
        &["cart", "--outcome", "churned", "--features", "spent,plan", "--min-leaf", "5"],
        &["kprototypes", "--features", "spent,plan", "--k", "2"],
        &["profitability", "--revenue", "spent"],
    ];
    for model in models {
        let line = |path: &str, more: &[&str]| {
            [&[model[0], path], &model[1..], more].concat().iter().map(|own| (*own).to_owned()).collect()
        };
        let asked: Vec<String> = line(&comma, &["--decimal-comma"]);
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        let plain: Vec<String> = line(&point, &[]);
        let plain: Vec<&str> = plain.iter().map(String::as_str).collect();
        assert_eq!(json(&asked), json(&plain), "{model:?}");
        let unasked: Vec<String> = line(&comma, &[]);
        let (code, said) = failure(&unasked.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(code == 4 && said.starts_with("row 1, column spent: \"20,50\""), "{said}");
        assert!(said.contains("--decimal-comma reads 1.234,56"), "{said}");
    }
}

#[test]
fn amounts_with_a_currency_are_numbers_where_the_whole_column_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = customers().replace(',', ".");
    let euros = customers().replace(";month", " €;month").replace(";year", " €;year");
    let dollars = plain.replace(";month", " USD;month").replace(";year", " USD;year");
    let mixed = plain.replace(";month", " EUR;month").replace(";year", " USD;year");
    let [plain, euros, dollars, mixed] =
        [("plain.csv", plain), ("euros.csv", euros), ("dollars.csv", dollars), ("mixed.csv", mixed)]
            .map(|(name, text)| file(folder.path(), name, &text));
    let boost = ["--outcome", "churned", "--features", "spent,plan", "--trees", "5"];
    let boosted = |path: &str, more: &[&str]| json(&[&["boost", path], &boost[..], more].concat());
    let found = boosted(&plain, &[]);
    assert_eq!(boosted(&dollars, &[]), found);
    assert_eq!(boosted(&euros, &["--decimal-comma"]), found);
    let worth =
        |path: &str, more: &[&str]| json(&[&["profitability", path, "--revenue", "spent"], more].concat());
    assert_eq!(worth(&dollars, &[]), worth(&plain, &[]));

    for model in [
        &["boost", &mixed, "--outcome", "churned", "--features", "spent,plan"][..],
        &["profitability", &mixed, "--revenue", "spent"],
    ] {
        let (code, said) = failure(model);
        assert!(code == 4 && said.starts_with("row 1, column spent: \"20.50 EUR\""), "{said}");
        assert!(said.contains("all of a column are in one currency"), "{said}");
    }
}

#[test]
fn a_comma_before_three_digits_is_asked_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(folder.path(), "commas.csv", "customer,spent\nana,\"1,234\"\nbo,\"2,500\"\n");
    let total = |more: &[&str]| {
        json(&[&["profitability", &path, "--revenue", "spent"], more].concat())["total"].clone()
    };
    assert_eq!(total(&["--decimal-point"]), 3734.0);
    assert_eq!(total(&["--decimal-comma"]), 3.734);
    let (code, said) = failure(&["profitability", &path, "--revenue", "spent"]);
    assert!(code == 4 && said.contains("--decimal-comma reads 1.234,56, --decimal-point 1,234.56"), "{said}");
}

#[test]
fn names_of_kinds_that_have_digits_stay_names_of_kinds() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = (0..40).fold("age,size,won\n".to_owned(), |text, row| {
        let (age, size) =
            (["18-25", "26-40", "41-65"][row % 3], ["10 - 20", "1.2.3", "2024-05-01"][row * 7 % 3]);
        text + &format!("{age},{size},{}\n", u8::from(row % 4 == 0))
    });
    let bands = file(folder.path(), "bands.csv", &text);
    let found = json(&["cart", &bands, "--outcome", "won", "--min-leaf", "2"]);
    assert_eq!(found["rows"], 40);
}

#[test]
fn windows_1252_and_utf_16_are_read_as_they_were_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "customer;revenue\nM\u{fc}ller \u{20ac} \u{2013} K\u{f6}ln;12\nAbel;3\n";
    let windows = text.chars().map(|c| match c {
        '\u{20ac}' => 0x80,
        '\u{2013}' => 0x96,
        c => u8::try_from(u32::from(c)).expect("Latin-1"),
    });
    let windows: Vec<u8> = windows.collect();
    let utf_16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(order).collect()
    };
    for (name, bytes) in
        [("windows", windows), ("little", utf_16(u16::to_le_bytes)), ("big", utf_16(u16::to_be_bytes))]
    {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file of the test's own");
        let found = json(&["profitability", path.to_str().expect("a path in UTF-8")]);
        assert_eq!(found["customers"][0]["customer"], "M\u{fc}ller \u{20ac} \u{2013} K\u{f6}ln", "{name}");
        assert_eq!(found["total"], 15.0, "{name}");
    }
}

#[test]
fn a_blank_says_no_only_where_nothing_else_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let with = |yes: &str, no: &str, third: &str| {
        let text = (1..30).fold("tenure,churned\n".to_owned(), |text, row| {
            let own = if row == 3 { third } else { [no, yes][row % 2] };
            text + &format!("{row},{own}\n")
        });
        file(folder.path(), "marks.csv", &text)
    };
    let left = |path: &str| json(&["kaplan-meier", path])["groups"][0]["left"].clone();
    assert_eq!(left(&with("x", "", "")), 14);
    let (code, said) = failure(&["kaplan-meier", &with("yes", "no", "")]);
    assert!(code == 4 && said.starts_with("row 3, column churned: there is nothing"), "{said}");
    let (code, said) = failure(&["kaplan-meier", &with("gone", "here", ""), "--yes", "gone"]);
    assert!(code == 4 && said.starts_with("row 3, column churned: there is nothing"), "{said}");
    let (code, said) = failure(&["kaplan-meier", &with("", "", "")]);
    assert!(code == 4 && said.starts_with("row 1, column churned: there is nothing"), "{said}");
}

#[test]
fn days_between_the_last_purchase_and_until_count_as_silence() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = (0..120).fold("customer,date,amount\n".to_owned(), |text, row: usize| {
        let day = row * row % 170;
        text + &format!("c{},2024-{:02}-{:02},{}\n", row % 23, day / 28 + 1, day % 28 + 1, 5 + row % 9)
    });
    let orders = file(folder.path(), "orders.csv", &text);
    let found = json(&["bgnbd", &orders, "--until", "2024-12-31"]);
    assert!(found["holdout"].is_null());
    let ages = found["customers"].as_array().expect("customers").iter();
    assert!(ages.map(|own| own["age"].as_f64().expect("a number")).all(|age| age > 26.0));
    let (code, said) = failure(&["bgnbd", &orders, "--until", "2024-06-01", "--holdout-until", "2024-05-01"]);
    assert_eq!((code, said.as_str()), (2, "--holdout-until must not be before --until"));
}

#[test]
fn scores_as_of_a_day_know_nothing_of_later_purchases() {
    let folder = tempfile::tempdir().expect("a folder");
    let head = "customer,date,amount\na,2024-01-10,5\nb,2024-02-01,7\na,2024-03-01,1\nc,2024-02-20,3\n";
    let whole = file(folder.path(), "whole.csv", &format!("{head}b,2024-05-01,900\nd,2024-06-01,1\n"));
    let known = file(folder.path(), "known.csv", head);
    let as_of = ["--as-of", "2024-03-10"];
    let mut then = json(&[&["rfm", &whole], &as_of[..]].concat());
    let notes = then.as_object_mut().expect("an object").remove("notes").expect("notes");
    assert_eq!(notes[0], "2 rows after 2024-03-10 are left out");
    let mut same = json(&[&["rfm", &known], &as_of[..]].concat());
    same.as_object_mut().expect("an object").remove("notes");
    assert_eq!(then, same);
    let (code, said) = failure(&["rfm", &whole, "--as-of", "2023-12-31"]);
    assert_eq!((code, said.as_str()), (2, "--as-of is before the first purchase, of 2024-01-10"));
}

#[test]
fn a_tree_tells_amounts_by_means_and_several_kinds_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = (0..90).fold("age,spent,region\n".to_owned(), |text, row| {
        let age = 20 + row % 45;
        let region = ["east", "north", "west"][(age - 20) / 15];
        text + &format!("{age},{}.25,{region}\n", age * 3 + row % 2)
    });
    let people = file(folder.path(), "people.csv", &text);
    let amounts = json(&["cart", &people, "--outcome", "spent", "--features", "age", "--max-depth", "1"]);
    let squared = ["cart", &people, "--outcome", "spent", "--features", "age", "--max-depth", "1"];
    assert_eq!(amounts, json(&[&squared[..], &["--criterion", "squared"]].concat()));
    assert!((amounts["nodes"][0]["answer"].as_f64().expect("a mean") - 126.75).abs() < 1e-9);
    for command in [&["cart", "--min-leaf", "5"][..], &["chaid", "--min-parent", "10", "--min-child", "5"]] {
        let line = [&command[..1], &[people.as_str()], &command[1..]].concat();
        let asked = ["--outcome", "region", "--features", "age", "--rules", "--expression"];
        let kinds = json(&[&line[..], &asked].concat());
        assert_eq!(row(&kinds["nodes"], "most", "west")["answer"], 1.0, "{command:?}");
        assert!(
            kinds["rules"].to_string().contains("then west 100.0 % ("),
            "{command:?}: {}",
            kinds["rules"]
        );
        assert!(
            kinds["expression"].to_string().contains(r#"\"west\""#),
            "{command:?}: {}",
            kinds["expression"]
        );
    }
}

#[test]
fn what_is_there_twice_or_has_no_date_is_said_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let nodes = file(folder.path(), "nodes.csv", "node,parent,forecast\nall,,9\nnorth,all,4\nnorth,all,5\n");
    let (code, said) = failure(&["reconcile", &nodes]);
    assert_eq!((code, said.as_str()), (4, "row 3, column node: \"north\" is there twice"));
    let text = (1..30).fold("day,x,won\n".to_owned(), |text, row| {
        let day = if row == 7 { String::new() } else { format!("2024-01-{row:02}") };
        text + &format!("{day},{},{}\n", row * 7 % 11, row % 2)
    });
    let dated = file(folder.path(), "dated.csv", &text);
    let asked = ["logistic", &dated, "--outcome", "won", "--features", "x", "--time", "day"];
    let (code, said) =
        failure(&[&asked[..], &["--cross-validate", "3", "--in-time", "--ridge", "1"]].concat());
    assert!(code == 4 && said.starts_with("row 7, column day: there is no date"), "{said}");
}

#[test]
fn a_treatment_of_several_values_says_who_the_control_group_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = (0..200).fold("offer,age,bought\n".to_owned(), |text, row| {
        text + &format!("{},{},{}\n", ["mail", "call", "none"][row % 3], row * 7 % 40, u8::from(row % 5 == 0))
    });
    let offers = file(folder.path(), "offers.csv", &text);
    let asked = ["uplift", &offers, "--outcome", "bought", "--treatment", "offer", "--treated", "mail"];
    let said = printed(&asked);
    assert!(said.contains("offer has 3 values, and all others together are the control group"), "{said}");
    let said = printed(&[&asked[..], &["--where", "offer != \"call\""]].concat());
    assert!(!said.contains("control group"), "{said}");
}

/// Standard input and pipes can be read once only.
#[cfg(unix)]
#[test]
fn drift_reads_what_comes_through_a_pipe_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = file(folder.path(), "customers.csv", &customers());
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let pipe = pipe.to_str().expect("a name");
    for (of_file, of_pipe) in [
        (vec!["drift", &plain, "--test-last", "0.25"], vec!["drift", pipe, "--test-last", "0.25"]),
        (vec!["drift", &plain, "--now", &plain], vec!["drift", pipe, "--now", &plain]),
    ] {
        let wanted = json(&[&of_file[..], &["--decimal-comma"]].concat());
        let to = pipe.to_owned();
        // Whoever opens it twice waits for a second writer in vain.
        let writer = std::thread::spawn(move || std::fs::write(&to, customers()));
        assert_eq!(json(&[&of_pipe[..], &["--decimal-comma"]].concat()), wanted);
        writer.join().expect("a writer").expect("all of it is read");
    }
}

#[test]
fn days_are_read_in_every_form_that_says_which_is_the_year() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |day: &str| {
        let rows = ["a", "b", "c"].map(|customer| format!("{customer};{day};5\n"));
        file(folder.path(), "orders.csv", &format!("customer;date;amount\n{}", rows.concat()))
    };
    let last = |day: &str| json(&["rfm", &path(day)])["as_of"].clone();
    for day in ["2024-05-31", "2024/05/31", "2024/05/31 10:30", "31.5.2024", "31.05.2024 10:30", "20240531"] {
        assert_eq!(last(day), "2024-06-01", "{day}");
    }
    for day in ["31.5.24", "31/05/2024", "5.2024", "31.13.2024", "31.5.2024 noon"] {
        let (code, said) = failure(&["rfm", &path(day)]);
        assert!(code == 4 && said.contains("tell its form with --date-format"), "{day}: {said}");
    }
}

#[test]
fn groups_are_compared_by_words_for_yes_and_no_as_by_ones_and_zeros() {
    let folder = tempfile::tempdir().expect("a folder");
    let (said, counted): (String, String) = (0..90)
        .map(|row| {
            let (group, bought) = (["old", "new"][row % 2], row * 31 % 100 < 40 + row % 2 * 20);
            (
                format!("{group};{}\n", if bought { "yes" } else { "no" }),
                format!("{group};{}\n", u8::from(bought)),
            )
        })
        .unzip();
    let ask = |name: &str, rows: &str| {
        let path = file(folder.path(), name, &format!("group;bought\n{rows}"));
        json(&["abtest", &path, "--control", "old", "--measures", "bought"])
    };
    let found = ask("words.csv", &said);
    assert_eq!(found, ask("numbers.csv", &counted));
    assert_eq!(found["comparisons"][0]["comparison"], "new/bought");
}
