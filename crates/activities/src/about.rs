//! What an activity is about, and with whom.

use records::Saving;

/// An activity about a person is with that person, unless somebody else is named.
pub fn fill_person(saving: &mut Saving<'_>) {
    let is_person = saving.text("parent.object") == "person";
    if is_person
        && saving.changes("parent.id")
        && saving.get("person").is_null()
        && !saving.is_given("person")
    {
        let person = saving.get("parent.id").clone();
        saving.set("person", person);
    }
}
