//! The domain that a website and the e-mail addresses of its people share.

/// Hosts of mail that anybody may have: an address there says nothing about a company.
const FREE_MAIL: [&str; 24] = [
    "126.com",
    "163.com",
    "aol.com",
    "free.fr",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "libero.it",
    "live.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "orange.fr",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "yahoo.com",
    "yandex.ru",
];

/// The host of a web address in lower case, without `www.` and port.
pub fn of_website(website: &str) -> Option<String> {
    let rest = website.split_once("://").map_or(website, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next()?.trim().to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    host.contains('.').then(|| host.to_owned())
}

/// The host of an e-mail address, unless anybody can have one there.
pub fn of_email(email: &str) -> Option<String> {
    let (_, host) = email.rsplit_once('@')?;
    let host = host.trim().to_lowercase();
    (host.contains('.') && !FREE_MAIL.contains(&host.as_str())).then_some(host)
}
