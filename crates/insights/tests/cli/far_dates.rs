//! A date in the year 1 or 9999 among others: said by every model whose times it would stretch, and right in all else.

use crate::line::{failure, file, printed};

const FAR: [&str; 2] = ["9999-12-31", "0001-01-01"];

fn orders(far: &str) -> String {
    let rows = (0..40).map(|row| {
        let (month, day) = (1 + row % 12, 1 + row % 27);
        format!("c{},o{row},p{},2024-{month:02}-{day:02},{},{}\n", row % 8, row % 5, 10 + row, row % 2)
    });
    let head = "customer,order,product,date,amount,event\n".to_owned();
    rows.fold(head, |text, row| text + &row) + &format!("c1,o99,p1,{far},5,1\n")
}

#[test]
fn models_of_times_refuse_it_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    for far in FAR {
        let orders = file(folder.path(), "orders.csv", &orders(far));
        for command in
            ["rfm", "bgnbd", "paretonbd", "gammagamma", "clv", "cohorts", "departures", "sequences"]
        {
            let (code, said) = failure(&[command, &orders]);
            let wanted =
                format!("row 41, column date: {far} is more than a hundred years from the other dates");
            assert!(code == 4 && said.starts_with(&wanted), "{command}: {said}");
        }
        let deals = (0..9).map(|row| format!("d{row},Won,2024-01-0{},2024-02-0{},5\n", 1 + row, 1 + row));
        let deals = deals.fold("deal,stage,opened,closed,amount\n".to_owned(), |text, row| text + &row);
        let deals = deals + "d8,Open,2024-03-01,,5\n" + &format!("d9,Won,2024-01-01,{far},5\n");
        let deals = file(folder.path(), "deals.csv", &deals);
        let (code, said) = failure(&["pipeline", &deals]);
        assert!(code == 4 && said.starts_with(&format!("row 11, column closed: {far} is more")), "{said}");
        let calls = (1..9).map(|day| format!("2024-01-0{day} 10:00,5\n"));
        let calls =
            calls.fold("time,calls\n".to_owned(), |text, row| text + &row) + &format!("{far} 10:00,5\n");
        let calls = file(folder.path(), "calls.csv", &calls);
        let (code, said) = failure(&["calls", &calls]);
        assert!(code == 4 && said.starts_with("row 9, column time: "), "{said}");
    }
}

#[test]
fn what_only_asks_which_is_earlier_takes_it_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    for far in FAR {
        let orders = file(folder.path(), "orders.csv", &orders(far));
        printed(&["recommend", &orders, "--date", "date"]);
        printed(&[
            "logistic",
            &orders,
            "--outcome",
            "event",
            "--features",
            "amount",
            "--time",
            "date",
            "--test-after",
            "2024-06-01",
        ]);
        let by_year = printed(&["cube", &orders, "--by", "date:year", "--csv"]);
        assert!(by_year.lines().any(|line| line == format!("{},1", &far[..4])), "{by_year}");
    }
}

#[test]
fn cells_of_several_values_count_once_under_each() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = file(folder.path(), "rows.csv", "customer,interests\na,ski|golf\nb,golf\nc,\n");
    let asked = ["cube", &rows, "--by", "interests", "--totals", "rollup", "--csv"];
    let counted = printed(&[&asked[..], &["--several", "interests=|"]].concat());
    let lines: Vec<&str> = counted.lines().collect();
    assert_eq!(lines, ["interests,rows", "golf,2", "ski,1", "(none),1", "(all),3"]);
    let (code, said) = failure(&[&asked[..], &["--several", "interest"]].concat());
    assert_eq!(
        (code, said.as_str()),
        (4, "there is no column \"interest\"; the file has customer, interests")
    );
}
