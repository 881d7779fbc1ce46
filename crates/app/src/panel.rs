//! Blocks that features put on the pages of records.

use i18n::Reader;
use maud::Markup;
use metadata::Object;
use records::{Error, Record};

/// A block on a record's page.
pub trait Panel: Send + Sync {
    fn shows_on(&self, object: &Object) -> bool;

    /// The id of its title in the catalogues; also the name of its tab and its address below the record's.
    fn title(&self) -> &'static str;

    fn side(&self) -> Side;

    /// An icon's name.
    fn icon(&self) -> &'static str {
        "panel-top"
    }

    /// Lower ones come first.
    fn order(&self) -> i32 {
        0
    }

    /// Draws it for whoever reads; nothing when there is nothing to show.
    ///
    /// # Errors
    /// As reading records.
    fn render(
        &self,
        look: &Reader,
        reader: &mut records::Reader<'_, '_>,
        record: &Record,
    ) -> Result<Option<Markup>, Error>;

    /// What, besides the record itself, makes it stale: names of objects.
    fn watches(&self) -> &'static [&'static str] {
        &[]
    }

    /// How many entries it has, for the tab; unknown without.
    ///
    /// # Errors
    /// As reading records.
    fn count(&self, reader: &mut records::Reader<'_, '_>, record: &Record) -> Result<Option<usize>, Error> {
        let _ = (reader, record);
        Ok(None)
    }
}

/// Where a panel stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A tab of the main part.
    Tab,
    /// Beside it.
    Aside,
}
