//! Leads: people and companies that may become customers, before anybody knows.
