//! What other systems and people call the fields.

/// By object and path, or by path alone: words in small letters without spaces.
const WORDS: &[(&str, &[&str])] = &[
    (
        "company:name",
        &[
            "account",
            "accountname",
            "company",
            "companyname",
            "organisation",
            "organization",
            "customer",
            "client",
            "firm",
        ],
    ),
    ("company:parent", &["subsidiaryof", "parentaccount", "parentcompany", "partof", "parentorganization"]),
    ("company:year_established", &["founded", "yearfounded", "foundedin", "established"]),
    ("company:billing.country", &["officelocation", "headquarters", "hq", "location"]),
    ("lead:company_name", &["company", "account", "accountname", "organisation", "organization"]),
    (
        "person:company",
        &["account", "accountname", "companyname", "organisation", "organization", "employer", "client"],
    ),
    ("person:name", &["contact", "contactname", "fullname", "person", "customer"]),
    ("lead:name", &["contact", "contactname", "fullname", "lead", "leadname"]),
    ("deal:name", &["opportunity", "opportunityname", "dealname", "title", "subject"]),
    (
        "deal:company",
        &["account", "accountname", "companyname", "customer", "organisation", "organization", "client"],
    ),
    ("deal:person", &["contact", "contactname", "primarycontact"]),
    ("deal:amount", &["closevalue", "value", "dealvalue", "dealamount", "price", "revenue", "total"]),
    ("deal:stage", &["dealstage", "salesstage", "opportunitystage", "status", "phase"]),
    ("deal:close_date", &["closingdate", "closedate", "expectedclosedate", "closedon", "expectedclosing"]),
    ("deal:engaged_on", &["engagedate", "engagedon", "startdate", "opened", "opendate"]),
    ("product:name", &["product", "productname", "item"]),
    ("product:code", &["sku", "productcode", "articlenumber", "itemnumber"]),
    ("product:family", &["series", "productfamily", "category"]),
    ("product:unit_price", &["salesprice", "price", "listprice", "unitprice"]),
    ("user:name", &["fullname", "username", "salesagent", "agent"]),
    ("industry", &["sector", "branch", "vertical"]),
    ("annual_revenue", &["revenue", "turnover", "sales"]),
    ("employees", &["numberofemployees", "noofemployees", "headcount", "staff", "companysize"]),
    ("website", &["web", "url", "homepage", "webaddress", "domain"]),
    (
        "owner",
        &[
            "salesagent",
            "agent",
            "rep",
            "salesrep",
            "accountowner",
            "dealowner",
            "leadowner",
            "contactowner",
            "assignedto",
            "assigneduser",
            "salesperson",
            "responsible",
        ],
    ),
    (
        "external_id",
        &[
            "id",
            "recordid",
            "externalid",
            "opportunityid",
            "prospectid",
            "leadid",
            "accountid",
            "contactid",
            "dealid",
            "companyid",
            "customerid",
            "uuid",
        ],
    ),
    ("name.first", &["firstname", "givenname", "forename", "first"]),
    ("name.last", &["lastname", "surname", "familyname", "last"]),
    ("name.middle", &["middlename"]),
    ("name.salutation", &["salutation", "title", "prefix"]),
    ("name.suffix", &["suffix"]),
    ("email", &["emailaddress", "mail", "workemail", "primaryemail"]),
    (
        "phone",
        &["telephone", "tel", "phonenumber", "workphone", "businessphone", "telephonenumber", "officephone"],
    ),
    ("mobile", &["cell", "cellphone", "mobilephone", "mobilenumber"]),
    ("home_phone", &["privatephone"]),
    ("job_title", &["title", "position", "role", "jobtitle", "jobposition", "function"]),
    ("birthdate", &["birthday", "dateofbirth", "dob"]),
    ("lead_source", &["source", "leadorigin", "origin", "channel", "acquisitionchannel"]),
    ("status", &["leadstatus", "state"]),
    ("do_not_call", &["donotcall", "nocalls", "phoneoptout"]),
    ("email_opt_out", &["donotemail", "emailoptout", "unsubscribed", "hasoptedoutofemail"]),
    ("description", &["notes", "note", "comment", "comments", "remarks", "about"]),
    ("tags", &["labels", "keywords"]),
    (".street", &["street", "streetaddress", "address", "addressline1", "address1", "streetname"]),
    (".city", &["city", "town"]),
    (".state", &["state", "region", "province", "county"]),
    (".postal_code", &["zip", "zipcode", "postcode", "postalcode", "plz"]),
    (".country", &["country", "countryname", "nation"]),
    (".currency", &["currency", "currencycode", "currencyisocode"]),
];

/// What other systems call the objects themselves.
const OBJECTS: &[(&str, &[&str])] = &[
    ("company", &["account", "accounts", "organisation", "organization"]),
    ("person", &["contact", "contacts"]),
    ("deal", &["opportunity", "opportunities"]),
    ("meeting", &["event", "events"]),
];

/// Other names of an object, in small letters without spaces.
pub fn of_object(object: &str) -> impl Iterator<Item = &'static str> {
    OBJECTS.iter().filter(move |(known, _)| *known == object).flat_map(|(_, words)| words.iter().copied())
}

/// Whether `word` (see [`crate::cell::loose`]) is another name of a field; and how sure that is, from 1.
pub fn names(object: &str, path: &str, word: &str) -> Option<u8> {
    let qualified = format!("{object}:{path}");
    let has = |key: &str| WORDS.iter().any(|(known, words)| *known == key && words.contains(&word));
    if has(&qualified) {
        return Some(3);
    }
    if has(path) {
        return Some(2);
    }
    let part = path.find('.').map(|at| &path[at..]);
    part.filter(|part| has(part)).map(|_| 1)
}
