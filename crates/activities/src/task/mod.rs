//! Tasks: what somebody has to do, until when.
