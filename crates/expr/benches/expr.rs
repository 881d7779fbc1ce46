//! How long it takes to read, check, evaluate and compile: `cargo bench -p expr`.
//!
//! The budget of a typical filter: 20 µs to read and check, 300 ns to evaluate, 5 µs to compile.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use expr::{
    Binding, Expected, Type, check, compile, compile_condition, eval,
    generate::{
        Choices,
        sample::{AtDeal, SampleCatalog, World},
    },
    sql::{Dialect, Order, Shape, Sql},
};
use kernel::{ColumnType, Value};

const FOR: Duration = Duration::from_millis(300);

const EXPRESSIONS: [(&str, &str); 8] = [
    ("filter", "stage = \"new\" and amount > 5 and owner = me"),
    ("open deals", "amount > 50000 and stage.outcome is empty and close_date within this quarter"),
    ("row rule", "owner = me or owner.team in my_teams"),
    ("linked", "company.industry = \"energy\" and company.owner.name contains \"a\""),
    ("text", "name contains \"acm\" or name starts with \"x\""),
    ("formula", "amount * stage.probability"),
    ("nested", "if(weight > 10, \"bulky\", if(quantity > 5, \"many\", \"\")) & \" \" & upper(name)"),
    ("dates", "add_months(close_date, 3) < today() and year(created_at) = 2026"),
];

fn main() {
    let world = World::random(&mut Choices::new(&[1; 3_000]));
    let deal = &world.records["deal"][0];
    let env = AtDeal { world: &world, deal };
    let binding =
        Binding { now: world.now, zone: &world.zone, me: world.me, my_teams: &world.my_teams, guard: None };
    println!("{:<12}{:>16}{:>16}{:>16}", "ns", "read and check", "evaluate", "compile");
    for (name, source) in EXPRESSIONS {
        let checked = match check(source, "deal", &SampleCatalog, &Expected::Any) {
            Ok(checked) => checked,
            Err(problems) => {
                println!("{name}: {}", problems[0]);
                continue;
            }
        };
        let checking = time(|| check(black_box(source), "deal", &SampleCatalog, &Expected::Any).is_ok());
        let evaluating = time(|| eval(black_box(&checked), &env));
        let compile = if *checked.ty() == Type::Bool { compile_condition } else { compile };
        let compiling = time(|| compile(black_box(&checked), &Plain, "t", &binding));
        println!("{name:<12}{checking:>16}{evaluating:>16}{compiling:>16}");
    }
}

/// Nanoseconds a call.
fn time<T>(mut work: impl FnMut() -> T) -> u128 {
    let (start, mut calls) = (Instant::now(), 0);
    while start.elapsed() < FOR {
        for _ in 0..100 {
            black_box(work());
        }
        calls += 100;
    }
    start.elapsed().as_nanos() / calls
}

/// The least that a dialect can do.
struct Plain;

impl Dialect for Plain {
    fn read(&self, stored: &Sql, _: ColumnType) -> Sql {
        stored.clone()
    }

    fn constant(&self, value: &Value, _: Shape) -> Sql {
        let mut sql = Sql::default();
        sql.bind(value.clone(), ColumnType::Text);
        sql
    }

    fn result(&self, computed: &Sql, _: ColumnType) -> Sql {
        computed.clone()
    }

    fn compare_numbers(&self, left: &Sql, order: Order, right: &Sql) -> Sql {
        let mut sql = left.clone();
        sql.push(order.sign()).append(right);
        sql
    }

    fn compare_texts(&self, left: &Sql, order: Order, right: &Sql) -> Sql {
        self.compare_numbers(left, order, right)
    }

    fn in_list(&self, item: &Sql, list: Vec<Value>, column: ColumnType) -> Sql {
        let mut sql = item.clone();
        sql.push(" = any(").bind(list, column).push(")");
        sql
    }

    fn list_contains(&self, list: &Sql, item: &Sql, _: Shape) -> Sql {
        let mut sql = list.clone();
        sql.push(" ? ").append(item);
        sql
    }
}
