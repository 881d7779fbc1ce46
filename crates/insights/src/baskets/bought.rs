//! Baskets from a file: a list of items on each line, or a row for each item.

use std::collections::HashMap;

use analytics::Progress;
use analytics::baskets::{Baskets, ItemSets, Mining, frequent_sets, min_count};
use clap::Args;

use crate::failure::Failure;
use crate::table::lines::for_each_line;
use crate::table::{Input, column::sorted_codes};

/// Where baskets are, and what counts as frequent.
#[derive(Args, Debug, Clone)]
pub struct BasketOptions {
    #[command(flatten)]
    pub input: Input,
    /// Files with a row for each item: the column that tells the basket; else each line is a basket
    #[arg(long, value_name = "COLUMN", requires = "item", help_heading = "Columns")]
    pub basket: Option<String>,
    /// … and the column that tells the item
    #[arg(long, value_name = "COLUMN", requires = "basket", help_heading = "Columns")]
    pub item: Option<String>,
    /// The least share of baskets that have a set
    #[arg(long, value_name = "SHARE", default_value_t = 0.01, conflicts_with = "min_count")]
    pub min_support: f64,
    /// The least number of baskets that have a set
    #[arg(long, value_name = "N")]
    pub min_count: Option<u32>,
    /// Most items in a set
    #[arg(long, value_name = "N")]
    pub max_size: Option<usize>,
    /// Give up past so many sets
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    pub max_sets: usize,
    /// Threads; the answer does not depend on it
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub threads: usize,
}

/// Baskets, and what the codes of their items stand for.
pub struct Bought {
    pub baskets: Baskets,
    pub names: Vec<String>,
}

impl BasketOptions {
    /// Reads baskets.
    ///
    /// # Errors
    /// When there are none.
    pub fn read(&self) -> Result<Bought, Failure> {
        let (Some(basket), Some(item)) = (&self.basket, &self.item) else { return self.read_lines() };
        let table = self.input.table()?;
        let basket = table.full_codes(table.position(basket)?)?;
        let item = table.full_codes(table.position(item)?)?;
        Ok(Bought { baskets: Baskets::from_columns(&basket.codes, &item.codes)?, names: item.names })
    }

    fn read_lines(&self) -> Result<Bought, Failure> {
        let mut items = Items::default();
        let mut rows: Vec<Vec<u32>> = Vec::new();
        for_each_line(&self.input.files, self.input.delimiter.as_deref(), |_, _, fields| {
            // A blank line is no basket.
            if !fields.is_empty() {
                rows.push(fields.iter().map(|name| items.code(name)).collect());
            }
            Ok(())
        })?;
        if rows.is_empty() {
            return Err(Failure::Input("the file has no basket".to_owned()));
        }
        let names = items.sort(rows.iter_mut().flatten());
        Ok(Bought { baskets: Baskets::from_rows(rows), names })
    }

    /// The least number of baskets, and the frequent sets.
    ///
    /// # Errors
    /// As the library's.
    pub fn frequent(&self, bought: &Bought, watch: &dyn Progress) -> Result<(u32, ItemSets), Failure> {
        let least = match self.min_count {
            Some(count) => count,
            None => min_count(self.min_support, bought.baskets.len())?,
        };
        let mining = Mining {
            max_size: self.max_size.unwrap_or(usize::MAX),
            max_sets: self.max_sets,
            threads: self.threads,
            ..Mining::at_least(least)
        };
        Ok((least, frequent_sets(&bought.baskets, &mining, watch)?))
    }
}

impl Bought {
    /// Names of items.
    pub fn named(&self, items: &[u32]) -> Vec<String> {
        items.iter().map(|&item| self.names[item as usize].clone()).collect()
    }
}

/// Items by name, numbered as they come.
#[derive(Default)]
pub struct Items {
    codes: HashMap<String, u32>,
    names: Vec<String>,
}

impl Items {
    pub fn code(&mut self, name: &str) -> u32 {
        if let Some(&code) = self.codes.get(name) {
            return code;
        }
        let code = self.names.len() as u32;
        self.codes.insert(name.to_owned(), code);
        self.names.push(name.to_owned());
        code
    }

    /// Numbers the items anew in the order of their names, wherever they stand; gives the names.
    pub fn sort<'a>(self, places: impl Iterator<Item = &'a mut u32>) -> Vec<String> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let sorted = sorted_codes((0..names.len() as u32).collect(), &names);
        places.for_each(|code| *code = sorted.codes[*code as usize]);
        sorted.names
    }
}
