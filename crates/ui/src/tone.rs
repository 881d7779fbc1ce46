//! The colours a choice, a badge or an avatar may take. A colour never stands alone: a word or a sign goes with it.

/// A named colour that reads well on light and dark ground.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    #[default]
    Neutral,
    Red,
    Orange,
    Amber,
    Green,
    Teal,
    Blue,
    Violet,
    Pink,
}

impl Tone {
    pub const ALL: [Tone; 9] = [
        Tone::Neutral,
        Tone::Red,
        Tone::Orange,
        Tone::Amber,
        Tone::Green,
        Tone::Teal,
        Tone::Blue,
        Tone::Violet,
        Tone::Pink,
    ];

    /// The name as metadata writes it; some other words that people use for it are understood too.
    pub fn parse(name: &str) -> Option<Tone> {
        Some(match name {
            "neutral" | "gray" | "grey" | "slate" => Tone::Neutral,
            "red" => Tone::Red,
            "orange" => Tone::Orange,
            "amber" | "yellow" => Tone::Amber,
            "green" | "lime" | "emerald" => Tone::Green,
            "teal" | "cyan" | "turquoise" => Tone::Teal,
            "blue" | "sky" | "indigo" => Tone::Blue,
            "violet" | "purple" => Tone::Violet,
            "pink" | "rose" => Tone::Pink,
            _ => return None,
        })
    }

    pub const fn name(self) -> &'static str {
        match self {
            Tone::Neutral => "neutral",
            Tone::Red => "red",
            Tone::Orange => "orange",
            Tone::Amber => "amber",
            Tone::Green => "green",
            Tone::Teal => "teal",
            Tone::Blue => "blue",
            Tone::Violet => "violet",
            Tone::Pink => "pink",
        }
    }

    /// The class that colours an element and what is in it.
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Neutral => "tone-neutral",
            Tone::Red => "tone-red",
            Tone::Orange => "tone-orange",
            Tone::Amber => "tone-amber",
            Tone::Green => "tone-green",
            Tone::Teal => "tone-teal",
            Tone::Blue => "tone-blue",
            Tone::Violet => "tone-violet",
            Tone::Pink => "tone-pink",
        }
    }

    /// The same tone for the same text, always: for avatars and tags that nobody gave a colour.
    pub fn of(text: &str) -> Tone {
        // FNV-1a, 32 bits.
        let hash = text
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        Tone::ALL[1 + hash as usize % (Tone::ALL.len() - 1)]
    }
}
