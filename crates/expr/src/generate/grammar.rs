//! Which expressions there are of each type.

use super::{Choices, Vocabulary};
use crate::types::{Entry, Type};

const LEVELS: usize = 5;

pub(super) fn condition(choices: &mut Choices, vocabulary: &Vocabulary) -> String {
    Grammar { choices, vocabulary }.condition(LEVELS)
}

pub(super) fn expression(choices: &mut Choices, vocabulary: &Vocabulary) -> String {
    let mut grammar = Grammar { choices, vocabulary };
    match grammar.choices.below(7) {
        0 => grammar.number(LEVELS),
        1 => grammar.text(LEVELS),
        2 => grammar.date(LEVELS),
        3 => grammar.instant(LEVELS),
        4 => grammar.duration(LEVELS),
        5 => grammar.whole(LEVELS),
        _ => grammar.condition(LEVELS),
    }
}

struct Grammar<'c, 'n> {
    choices: &'c mut Choices<'n>,
    vocabulary: &'c Vocabulary,
}

impl Grammar<'_, '_> {
    /// Takes one of the ways, the first few of which go no deeper.
    fn way(&mut self, shallow: usize, all: usize, level: usize) -> usize {
        let count = if level == 0 || self.choices.is_spent() { shallow } else { all };
        self.choices.below(count)
    }

    fn path(&mut self, fits: impl Fn(&Type) -> bool) -> Option<String> {
        let fitting: Vec<&String> =
            self.vocabulary.paths.iter().filter(|(_, ty)| fits(ty)).map(|(path, _)| path).collect();
        self.choices.one_of(&fitting).map(|path| (*path).clone())
    }

    fn path_or(&mut self, fits: impl Fn(&Type) -> bool, otherwise: &str) -> String {
        self.path(fits).unwrap_or_else(|| otherwise.to_owned())
    }

    fn word(&mut self, words: &[&str]) -> String {
        self.choices.one_of(words).map_or(String::new(), |word| (*word).to_owned())
    }

    fn condition(&mut self, level: usize) -> String {
        let below = level.saturating_sub(1);
        match self.way(4, 18, level) {
            0 => self.path_or(|ty| *ty == Type::Bool, "true"),
            1 => self.choice_condition(),
            2 => self.link_condition(),
            3 => self.emptiness(),
            4 | 5 => format!("({} and {})", self.condition(below), self.condition(below)),
            6 => format!("({} or {})", self.condition(below), self.condition(below)),
            7 => format!("not ({})", self.condition(below)),
            8 | 9 => format!("({} {} {})", self.number(below), self.order(), self.number(below)),
            10 => format!("({} {} {})", self.text(below), self.order(), self.text(below)),
            11 => {
                let how = self.word(&["contains", "starts with", "ends with", "not contains"]);
                format!("({} {how} {})", self.text(below), self.text(below))
            }
            12 => format!("({} {} {})", self.date(below), self.order(), self.date(below)),
            13 => format!("({} {} {})", self.instant(below), self.order(), self.date(below)),
            14 => format!("({} within {})", self.day(below), self.period()),
            15 => {
                format!("({} between {} and {})", self.number(below), self.number(below), self.number(below))
            }
            16 => format!("({} in ({}, {}))", self.number(below), self.number(below), self.number(0)),
            _ => self.list_condition(),
        }
    }

    fn order(&mut self) -> String {
        self.word(&["=", "!=", "<", "<=", ">", ">="])
    }

    fn choice_condition(&mut self) -> String {
        let choices: Vec<&(String, Type)> =
            self.vocabulary.paths.iter().filter(|(_, ty)| matches!(ty, Type::Choice(_))).collect();
        let Some((path, Type::Choice(options))) = self.choices.one_of(&choices).copied() else {
            return "false".to_owned();
        };
        let mut option =
            || self.choices.one_of(&options.options).map_or("", |option| &option.name).to_owned();
        let (first, second) = (option(), option());
        match self.choices.below(6) {
            0 => format!("{path} = \"{first}\""),
            1 => format!("{path} != \"{first}\""),
            2 => format!("{path} in (\"{first}\", \"{second}\")"),
            3 => format!("{path}.outcome = \"{}\"", self.word(&["won", "lost"])),
            4 => format!("{path}.outcome is {}", self.word(&["empty", "not empty"])),
            _ => format!("{path}.probability {} {}", self.order(), self.word(&["0.5", "0.1", "1"])),
        }
    }

    fn link_condition(&mut self) -> String {
        let links: Vec<&(String, Type)> =
            self.vocabulary.paths.iter().filter(|(_, ty)| matches!(ty, Type::Link(_))).collect();
        let Some((path, Type::Link(object))) = self.choices.one_of(&links).copied() else {
            return "true".to_owned();
        };
        match (&**object, self.choices.below(4)) {
            ("user", 0) => format!("{path} = me"),
            ("user", 1) => format!("{path} != me"),
            ("team", 0 | 1) => format!("{path} in my_teams"),
            ("team", 2) => format!("{path} not in my_teams"),
            _ => match self.choices.one_of(&self.vocabulary.ids) {
                Some(id) => format!("{path} {} \"{id}\"", self.word(&["=", "!="])),
                None => format!("{path} is not empty"),
            },
        }
    }

    fn list_condition(&mut self) -> String {
        let lists: Vec<&(String, Type)> =
            self.vocabulary.paths.iter().filter(|(_, ty)| matches!(ty, Type::List(_))).collect();
        let Some((path, Type::List(entry))) = self.choices.one_of(&lists).copied() else {
            return "false".to_owned();
        };
        match entry {
            Entry::Text => format!("{path} contains {}", self.text(1)),
            Entry::Choice(options) => {
                let option = self.choices.one_of(&options.options).map_or("", |option| &option.name);
                format!("\"{option}\" in {path}")
            }
            Entry::Link(object) => match (&**object, self.choices.one_of(&self.vocabulary.ids)) {
                ("user", _) => format!("{path} contains me"),
                (_, Some(id)) => format!("{path} contains \"{id}\""),
                (_, None) => format!("{path} is empty"),
            },
        }
    }

    fn emptiness(&mut self) -> String {
        let path = self.path_or(|_| true, "1");
        format!("{path} is {}", self.word(&["empty", "not empty"]))
    }

    fn number(&mut self, level: usize) -> String {
        let below = level.saturating_sub(1);
        match self.way(3, 14, level) {
            0 => self.word(&["0", "1", "2.5", "0.001", "100", "-3", "1234567.891", "33333333333", "12.345"]),
            1 | 2 => self.path_or(|ty| matches!(ty, Type::Number | Type::Money | Type::Int), "7"),
            3..=6 => {
                let op = self.word(&["+", "-", "*", "/"]);
                format!("({} {op} {})", self.number(below), self.number(below))
            }
            7 => format!("round({}, {})", self.number(below), self.word(&["0", "2", "-1", "10"])),
            8 => format!("{}({})", self.word(&["floor", "ceiling", "abs"]), self.number(below)),
            9 => format!(
                "{}({}, {})",
                self.word(&["min", "max", "mod"]),
                self.number(below),
                self.number(below)
            ),
            10 => format!("if({}, {}, {})", self.condition(below), self.number(below), self.number(below)),
            11 => format!("coalesce({}, {})", self.number(below), self.number(below)),
            12 => format!("in_hours({})", self.duration(below)),
            _ => self.whole(below),
        }
    }

    fn whole(&mut self, level: usize) -> String {
        let below = level.saturating_sub(1);
        match self.way(2, 8, level) {
            0 => self.word(&["0", "1", "3", "-2", "400", "9999999"]),
            1 => self.path_or(|ty| *ty == Type::Int, "12"),
            2 => format!("length({})", self.text(below)),
            3 => {
                let part = self.word(&["year", "quarter", "month", "week", "day", "weekday"]);
                format!("{part}({})", self.day(below))
            }
            4 => format!("({} {} {})", self.whole(below), self.word(&["+", "-", "*"]), self.whole(below)),
            5 => format!(
                "{}({}, {})",
                self.word(&["days_between", "months_between"]),
                self.date(below),
                self.date(below)
            ),
            6 => format!("position({}, {})", self.text(below), self.text(below)),
            _ => format!("{}({})", self.word(&["hour", "minute"]), self.instant(below)),
        }
    }

    fn text(&mut self, level: usize) -> String {
        let below = level.saturating_sub(1);
        match self.way(3, 11, level) {
            0 => self.word(&[
                "\"\"",
                "\"a\"",
                "\"Acme\"",
                "\"É ß\"",
                "\" b \"",
                "\"say \"\"hi\"\"\"",
                "\"10%_\"",
            ]),
            1 => self.path_or(|ty| *ty == Type::Text, "\"x\""),
            // As it stands, a choice has no order and takes its own options only.
            2 => format!("text({})", self.path_or(|ty| matches!(ty, Type::Choice(_)), "\"x\"")),
            3 => format!("({} & {})", self.text(below), self.text(below)),
            4 => format!("{}({})", self.word(&["lower", "upper", "trim"]), self.text(below)),
            5 => format!("{}({}, {})", self.word(&["left", "right"]), self.text(below), self.whole(below)),
            6 => format!("mid({}, {}, {})", self.text(below), self.whole(below), self.whole(below)),
            7 => format!("replace({}, {}, {})", self.text(below), self.text(below), self.text(below)),
            8 => format!("if({}, {}, {})", self.condition(below), self.text(below), self.text(below)),
            9 => format!("coalesce({}, {})", self.text(below), self.text(below)),
            _ => {
                let printable = match self.choices.below(3) {
                    0 => self.number(below),
                    1 => self.date(below),
                    _ => self.instant(below),
                };
                format!("text({printable})")
            }
        }
    }

    fn date(&mut self, level: usize) -> String {
        let below = level.saturating_sub(1);
        match self.way(3, 11, level) {
            0 => self.word(&[
                "today()",
                "date(\"2026-02-28\")",
                "date(\"2024-12-31\")",
                "days_ago(30)",
                "date(\"2026-10-25\")",
            ]),
            1 | 2 => self.path_or(|ty| *ty == Type::Date, "today()"),
            3 => format!("({} {} {})", self.date(below), self.word(&["+", "-"]), self.whole(below)),
            4 => {
                let add = self.word(&["add_days", "add_months", "add_years"]);
                format!("{add}({}, {})", self.date(below), self.whole(below))
            }
            5 => {
                let of = self.word(&[
                    "start_of_week",
                    "start_of_month",
                    "start_of_quarter",
                    "start_of_year",
                    "end_of_month",
                ]);
                format!("{of}({})", self.date(below))
            }
            6 => format!("date({})", self.instant(below)),
            7 => format!("if({}, {}, {})", self.condition(below), self.date(below), self.date(below)),
            8 => format!("date({}, {}, {})", self.whole(below), self.whole(below), self.whole(below)),
            9 => format!("{}({}, {})", self.word(&["min", "max"]), self.date(below), self.date(below)),
            _ => format!("coalesce({}, {})", self.date(below), self.date(below)),
        }
    }

    /// A date or a date-time.
    fn day(&mut self, level: usize) -> String {
        if self.choices.below(2) == 0 { self.date(level) } else { self.instant(level) }
    }

    fn instant(&mut self, level: usize) -> String {
        let below = level.saturating_sub(1);
        match self.way(3, 6, level) {
            0 => self.word(&[
                "now()",
                "datetime(\"2026-03-29T00:59:59Z\")",
                "datetime(\"2026-10-25T00:30:00Z\")",
            ]),
            1 | 2 => self.path_or(|ty| *ty == Type::DateTime, "now()"),
            3 => format!("({} {} {})", self.instant(below), self.word(&["+", "-"]), self.duration(below)),
            4 => format!("datetime({})", self.date(below)),
            _ => format!("if({}, {}, empty)", self.condition(below), self.instant(below)),
        }
    }

    fn duration(&mut self, level: usize) -> String {
        let below = level.saturating_sub(1);
        match self.way(2, 5, level) {
            0 => format!("{}({})", self.word(&["hours", "minutes", "days"]), self.word(&["1", "2.5", "-30"])),
            1 => self.path_or(|ty| *ty == Type::Duration, "hours(1)"),
            2 => format!("({} - {})", self.instant(below), self.instant(below)),
            3 => format!("({} + {})", self.duration(below), self.duration(below)),
            _ => format!("({} * {})", self.duration(below), self.number(below)),
        }
    }

    fn period(&mut self) -> String {
        let unit = self.word(&["day", "week", "month", "quarter", "year"]);
        match self.choices.below(4) {
            0 => format!("{} {unit}", self.word(&["this", "last", "next"])),
            1 => self.word(&["today", "yesterday", "tomorrow"]),
            _ => format!("{} {} {unit}s", self.word(&["last", "next"]), self.word(&["1", "7", "30", "90"])),
        }
    }
}
