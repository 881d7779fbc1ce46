//! Recommendations by item cosine: what is bought by the same customers
//! (Sarwar, Karypis, Konstan, Riedl 2001, section 3.1.1, on yes/no purchases).

use super::transactions::Baskets;

/// Another item, and how alike its buyers are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// Item code.
    pub item: u32,
    /// both / √(buyers of one × buyers of the other), within 0 and 1.
    pub cosine: f64,
    /// Customers who bought both.
    pub both: u32,
    /// Customers who bought the other item.
    pub buyers: u32,
}

/// The cosine between items, counted from who bought what.
#[derive(Clone, Debug)]
pub struct ItemCosine<'a> {
    purchases: &'a Baskets,
    buyers_of: Baskets,
    buyers: Vec<u32>,
}

impl<'a> ItemCosine<'a> {
    /// Prepares the counts; one basket per customer.
    pub fn new(purchases: &'a Baskets) -> Self {
        ItemCosine { buyers_of: purchases.transposed(), buyers: purchases.item_counts(), purchases }
    }

    /// All items that share a buyer with `item`, most alike first, at most `limit`; ties by item code.
    pub fn neighbours(&self, item: u32, limit: usize) -> Vec<Neighbour> {
        let mut both = vec![0u32; self.purchases.item_count()];
        let mut found = self.neighbours_into(item, &mut both);
        found.sort_by(|a, b| b.cosine.total_cmp(&a.cosine).then(a.item.cmp(&b.item)));
        found.truncate(limit);
        found
    }

    /// The unsorted neighbours; `both` is all zero before and after.
    fn neighbours_into(&self, item: u32, both: &mut [u32]) -> Vec<Neighbour> {
        let mut touched = Vec::new();
        for &customer in self.buyers_of.row(item as usize) {
            for &other in self.purchases.row(customer as usize) {
                if both[other as usize] == 0 {
                    touched.push(other);
                }
                both[other as usize] += 1;
            }
        }
        let own = f64::from(self.buyers[item as usize]);
        touched
            .into_iter()
            .filter_map(|other| {
                let shared = std::mem::take(&mut both[other as usize]);
                let buyers = self.buyers[other as usize];
                let cosine = f64::from(shared) / (own * f64::from(buyers)).sqrt();
                (other != item).then_some(Neighbour { item: other, cosine, both: shared, buyers })
            })
            .collect()
    }

    /// For every item its `limit` nearest neighbours; `usize::MAX` keeps all.
    ///
    /// Memory grows with the pairs of items that share a buyer.
    pub fn table(&self, limit: usize) -> Vec<Vec<Neighbour>> {
        (0..self.purchases.item_count() as u32).map(|item| self.neighbours(item, limit)).collect()
    }

    /// Scores every item for a customer with the given items: the sum of its cosines to them.
    ///
    /// `table` comes from [`Self::table`]; the answer has one number per item code.
    pub fn scores(table: &[Vec<Neighbour>], items: &[u32]) -> Vec<f64> {
        let mut scores = vec![0.0; table.len()];
        for &item in items {
            for near in table.get(item as usize).into_iter().flatten() {
                scores[near.item as usize] += near.cosine;
            }
        }
        scores
    }
}
