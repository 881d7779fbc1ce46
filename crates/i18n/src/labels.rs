//! What objects, fields and options are called.

use crate::Reader;

impl Reader {
    /// The name of one record of an object: `object-deal`, else the given label, else the name made readable.
    pub fn object(&self, object: &str, given: Option<&str>) -> String {
        self.label(&format!("object-{object}"), given, object)
    }

    /// The name of many: the attribute `plural` of `object-deal`, else the given label, else the singular's with an s.
    pub fn objects(&self, object: &str, given: Option<&str>) -> String {
        self.attribute(&format!("object-{object}"), "plural")
            .or_else(|| given.filter(|label| !label.is_empty()).map(str::to_owned))
            .unwrap_or_else(|| format!("{}s", humanise(object)))
    }

    /// The name of the records that lead to one by a link, as they are called on that one: the attribute `related` of the
    /// link's message `deal_contact--deal`, else as [`Reader::objects`].
    pub fn related(&self, object: &str, link: &str, given: Option<&str>) -> String {
        self.attribute(&format!("{object}--{link}"), "related").unwrap_or_else(|| self.objects(object, given))
    }

    /// What making a record is called where that is not “New deal”: the attribute `new` of the link's message, for one
    /// made from what it links to (`deal_contact--deal`: “Add person”), else that of the object's.
    pub fn creating(&self, object: &str, link: Option<&str>) -> Option<String> {
        link.and_then(|link| self.attribute(&format!("{object}--{link}"), "new"))
            .or_else(|| self.attribute(&format!("object-{object}"), "new"))
    }

    /// The name of a field: `deal--amount`, else the given label, else the name made readable.
    pub fn field(&self, object: &str, field: &str, given: Option<&str>) -> String {
        self.find(&format!("{object}--{field}"))
            .unwrap_or_else(|| self.label(&format!("field--{field}"), given, field))
    }

    /// What explains a field to somebody who fills it in: the attribute `help` of `deal--amount`.
    pub fn field_help(&self, object: &str, field: &str, given: Option<&str>) -> Option<String> {
        self.attribute(&format!("{object}--{field}"), "help")
            .or_else(|| given.filter(|help| !help.is_empty()).map(str::to_owned))
    }

    /// The name of a choice's option: `deal--stage--negotiation`, else the given label, else the name made readable.
    pub fn option(&self, object: &str, field: &str, option: &str, given: Option<&str>) -> String {
        self.label(&format!("{object}--{field}--{option}"), given, option)
    }

    fn label(&self, id: &str, given: Option<&str>, name: &str) -> String {
        self.find(id)
            .or_else(|| given.filter(|label| !label.is_empty()).map(str::to_owned))
            .unwrap_or_else(|| humanise(name))
    }
}

/// A name made readable: `next_step` → `Next step`.
pub fn humanise(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for word in name.split(['_', '-', ' ']).filter(|word| !word.is_empty()) {
        if text.is_empty() {
            let mut characters = word.chars();
            text.extend(characters.next().into_iter().flat_map(char::to_uppercase));
            text.push_str(characters.as_str());
        } else {
            text.push(' ');
            text.push_str(word);
        }
    }
    text
}
