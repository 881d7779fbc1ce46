//! Meetings, with who takes part.
