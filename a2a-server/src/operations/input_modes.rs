//! The MIME types that the agent takes, as its card says.

use a2a_core::{AgentCard, Error, ErrorKind, Part};

/// How much of a type that nobody takes is said back.
const SHOWN: usize = 100;

/// What parts of a message may be: the union of the card's default input modes and those of its skills, for nothing
/// in a message says which skill it is for.
///
/// A mode may be a range (`image/*`), and without a subtype (`text`, as old cards have it) it is one. Parameters and
/// case don't count.
#[derive(Clone, Debug, Default)]
pub(crate) struct InputModes {
    /// In lower case and without parameters; none is everything.
    modes: Vec<String>,
}

impl InputModes {
    /// Takes everything.
    pub(crate) fn any() -> Self {
        Self::default()
    }

    /// What the card takes; one that has no default modes takes everything.
    pub(crate) fn of(card: &AgentCard) -> Self {
        let mut modes = Vec::new();
        if card.default_input_modes.iter().all(|mode| essence(mode).is_empty()) {
            return Self::any();
        }
        let skills = card.skills.iter().flat_map(|skill| &skill.input_modes);
        for mode in card.default_input_modes.iter().chain(skills) {
            let mode = essence(mode).to_ascii_lowercase();
            if mode == "*/*" || mode == "*" {
                return Self::any();
            }
            if !mode.is_empty() && !modes.contains(&mode) {
                modes.push(mode);
            }
        }
        Self { modes }
    }

    /// Refuses the first part of a type that isn't taken. A part without one passes: nobody knows what it is.
    pub(crate) fn check(&self, parts: &[Part]) -> Result<(), Error> {
        if self.modes.is_empty() {
            return Ok(());
        }
        for (place, part) in parts.iter().enumerate() {
            let Some(given) = part.media_type.as_deref().map(essence).filter(|given| !given.is_empty())
            else {
                continue;
            };
            if !self.take(given) {
                return Err(self.refusal(place, given));
            }
        }
        Ok(())
    }

    fn take(&self, given: &str) -> bool {
        let kind = given.split_once('/').map_or(given, |(kind, _)| kind);
        self.modes.iter().any(|mode| {
            let range = mode.strip_suffix("/*").or_else(|| (!mode.contains('/')).then_some(mode.as_str()));
            mode.eq_ignore_ascii_case(given) || range.is_some_and(|range| range.eq_ignore_ascii_case(kind))
        })
    }

    fn refusal(&self, place: usize, given: &str) -> Error {
        let part = format!("message.parts[{place}]");
        let given: String = given.chars().take(SHOWN).collect();
        let accepted = self.modes.join(", ");
        let text = format!("{part} is {given:?}, which this agent doesn't take; it takes {accepted}");
        Error::new(ErrorKind::ContentTypeNotSupported, text)
            .with_info("part", part)
            .with_info("mediaType", given)
            .with_info("accepted", accepted)
    }
}

/// The type without its parameters.
fn essence(mode: &str) -> &str {
    mode.split_once(';').map_or(mode, |(essence, _)| essence).trim()
}
