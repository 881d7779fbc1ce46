//! People, at companies and on their own.
