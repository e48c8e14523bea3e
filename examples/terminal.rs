//! What a conversation looks like at a terminal.

use std::io::{self, IsTerminal as _, Write as _};

use adk_bridge::{
    Event, Pending,
    adk::{Part, PartData},
};
use serde_json::json;

/// Prints chunks as they come, and of complete events what hasn't been seen yet.
pub fn print_event(event: &Event, open: &mut usize) {
    *open += usize::from(event.is_partial());
    for part in event.content.iter().flat_map(|content| &content.parts) {
        match &part.data {
            PartData::Text(text) if event.is_partial() && *open == 1 => print!("  {}  {text}", event.author),
            PartData::Text(text) if event.is_partial() => print!("{text}"),
            PartData::Text(_) if *open > 0 => println!("   (streamed, {} chunks)", std::mem::take(open)),
            PartData::Text(text) => println!("  {}  {text}", event.author),
            PartData::FunctionCall(call) if event.long_running_tool_ids.is_empty() => {
                print!("  {}  → {} {}", event.author, call.name, json!(call.args));
            }
            PartData::FunctionResponse(response) => println!("   ← {}", json!(response.response)),
            _ => {}
        }
    }
    let _ = io::stdout().flush();
}

/// Whoever approves: the flags, somebody at the terminal, or nobody; and in each conversation the same way.
#[derive(Debug, Default)]
pub struct User {
    /// `--approve`, `--refuse` or neither.
    flag: Option<bool>,
    answers: Vec<bool>,
}

impl User {
    /// Somebody who answers as the flags say.
    pub fn new(flags: &[String]) -> Self {
        let has = |name: &str| flags.iter().any(|flag| flag == name);
        Self {
            flag: has("--approve").then_some(true).or(has("--refuse").then_some(false)),
            answers: Vec::new(),
        }
    }

    /// The answer to question number `number` of a conversation.
    pub fn decide(&mut self, number: usize, asked: &Pending) -> io::Result<Part> {
        let call = asked.call();
        print!("  {}  ? {} {}   approve? [y/N] ", asked.author, call.name, json!(call.args));
        io::stdout().flush()?;
        let known = self.answers.get(number).copied().or(self.flag);
        let approved = match known {
            None if io::stdin().is_terminal() => {
                let mut line = String::new();
                io::stdin().read_line(&mut line)?;
                line.trim().eq_ignore_ascii_case("y")
            }
            known => {
                let approved = known.unwrap_or_default();
                println!("{}", if approved { "y" } else { "n" });
                approved
            }
        };
        if number == self.answers.len() {
            self.answers.push(approved);
        }
        Ok(if approved { asked.approve() } else { asked.refuse() })
    }
}
