//! Share of wallet: which part of what a customer spends in the category is spent here.

use crate::{Error, check_values, same_length, sample};

/// Spending here over all spending in the category (each money, one per customer); NaN where the wallet is empty.
///
/// A customer who spends more here than the wallet was thought to hold counts as 1.
///
/// # Errors
/// [`Error::Length`], [`Error::Value`] for negative or missing numbers.
pub fn share_of_wallet(spent_here: &[f64], wallet: &[f64]) -> Result<Vec<f64>, Error> {
    same_length("wallet", wallet.len(), spent_here.len())?;
    for (name, column) in [("spending", spent_here), ("wallet", wallet)] {
        check_values(name, column, "is not an amount of zero or more", |v| v >= 0.0 && v.is_finite())?;
    }
    let share = |(&here, &all): (&f64, &f64)| if all > 0.0 { (here / all).min(1.0) } else { f64::NAN };
    Ok(spent_here.iter().zip(wallet).map(share).collect())
}

/// The share of wallet to expect from a brand's `rank` (1 the best liked; mean rank for ties) among the `brands` that
/// the customer uses: (1 − rank / (brands + 1)) · 2 / brands.
///
/// The wallet allocation rule of Keiningham, Aksoy, Buoye and Cooil (2011), Harvard Business Review 89(10).
///
/// # Errors
/// [`Error::Parameter`] when the rank is not from 1 to `brands`.
pub fn wallet_allocation(rank: f64, brands: u32) -> Result<f64, Error> {
    let brands = f64::from(brands);
    if !(1.0..=brands).contains(&rank) {
        return Err(Error::Parameter { name: "the rank", problem: "must be from 1 to the number of brands" });
    }
    Ok((1.0 - rank / (brands + 1.0)) * 2.0 / brands)
}

/// A guess of each customer's wallet from comparable customers: the `share` quantile (0.8 or 0.9 are usual, type 7)
/// of spending in the customer's peer group, and never less than the customer's own spending.
///
/// `group` numbers the peer groups from 0. Rosset, Perlich, Zadrozny, Merugu, Weiss and Lawrence (2005), "Wallet
/// estimation models".
///
/// # Errors
/// [`Error::Length`], [`Error::Value`], [`Error::Parameter`] for a share outside 0 to 1.
pub fn wallet_from_peers(spent_here: &[f64], group: &[u32], share: f64) -> Result<Vec<f64>, Error> {
    same_length("group", group.len(), spent_here.len())?;
    check_values("spending", spent_here, "is not an amount of zero or more", |v| v >= 0.0 && v.is_finite())?;
    if !(0.0..=1.0).contains(&share) {
        return Err(Error::Parameter { name: "the share", problem: "must be from 0 to 1" });
    }
    let mut order: Vec<usize> = (0..group.len()).collect();
    order.sort_by(|&a, &b| group[a].cmp(&group[b]).then(spent_here[a].total_cmp(&spent_here[b])));
    let mut wallet = vec![0.0; group.len()];
    for peers in order.chunk_by(|&a, &b| group[a] == group[b]) {
        let spending: Vec<f64> = peers.iter().map(|&i| spent_here[i]).collect();
        let typical = sample::quantile_of_sorted(&spending, share);
        peers.iter().for_each(|&i| wallet[i] = typical.max(spent_here[i]));
    }
    Ok(wallet)
}
