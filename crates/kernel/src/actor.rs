//! Who did something, and by which way in.

use serde::{Deserialize, Serialize};

use crate::Id;

/// The way a change came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A person at a screen.
    User,
    /// A program with a token.
    Api,
    /// An import file.
    Import,
    /// A rule that a person set up.
    Workflow,
    /// Rapport itself: jobs, migrations, sample data.
    System,
}

impl Channel {
    pub const fn as_str(self) -> &'static str {
        match self {
            Channel::User => "user",
            Channel::Api => "api",
            Channel::Import => "import",
            Channel::Workflow => "workflow",
            Channel::System => "system",
        }
    }

    pub fn parse(text: &str) -> Option<Channel> {
        [Channel::User, Channel::Api, Channel::Import, Channel::Workflow, Channel::System]
            .into_iter()
            .find(|channel| channel.as_str() == text)
    }
}

/// Who acts: a user, unless Rapport acts by itself, and through which channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub user: Option<Id>,
    pub channel: Channel,
}

impl Actor {
    pub const SYSTEM: Actor = Actor { user: None, channel: Channel::System };
}
