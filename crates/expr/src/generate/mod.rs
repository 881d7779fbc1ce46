//! Random well-typed expressions and values for property tests (feature `generate`).
//!
//! Everything is made from a list of numbers, read one by one: the same numbers make the same expression, fewer or smaller
//! numbers a simpler one, so proptest shrinks well. [`conditions`] and [`expressions`] are strategies over a
//! [`Vocabulary`]: the paths that may occur and their types. [`sample`] is a ready-made catalogue with records.

mod grammar;
pub mod sample;
mod values;

use proptest::{collection::vec, prelude::*};

use crate::types::Type;
pub use values::value_of;

/// What may occur in a random expression about one object.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// Paths and their types, such as `company.industry`.
    pub paths: Vec<(String, Type)>,
    /// Ids that a link may be compared with.
    pub ids: Vec<kernel::Id>,
}

/// Random numbers, one a choice; then zeros for ever.
#[derive(Debug)]
pub struct Choices<'a> {
    numbers: std::slice::Iter<'a, u32>,
}

impl<'a> Choices<'a> {
    pub fn new(numbers: &'a [u32]) -> Choices<'a> {
        Choices { numbers: numbers.iter() }
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        let number = self.numbers.next().copied().unwrap_or(0);
        if count == 0 { 0 } else { number as usize % count }
    }

    pub fn one_of<'t, T>(&mut self, options: &'t [T]) -> Option<&'t T> {
        let index = self.below(options.len());
        options.get(index)
    }

    fn is_spent(&self) -> bool {
        self.numbers.len() == 0
    }
}

/// The raw material of one expression or record.
pub fn numbers() -> impl Strategy<Value = Vec<u32>> {
    vec(any::<u32>(), 0..80)
}

/// A condition as text.
pub fn condition(choices: &mut Choices, vocabulary: &Vocabulary) -> String {
    grammar::condition(choices, vocabulary)
}

/// Conditions as text.
pub fn conditions(vocabulary: Vocabulary) -> impl Strategy<Value = String> {
    numbers().prop_map(move |numbers| grammar::condition(&mut Choices::new(&numbers), &vocabulary))
}

/// Expressions of any type as text.
pub fn expressions(vocabulary: Vocabulary) -> impl Strategy<Value = String> {
    numbers().prop_map(move |numbers| grammar::expression(&mut Choices::new(&numbers), &vocabulary))
}
