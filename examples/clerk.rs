//! A clerk who pays what you ask and, above a hundred, asks you first.
//!
//! It is an ADK-style agent like any other: it streams, uses tools, keeps its balance in the session's state, and
//! pauses for an approval. Nothing in it knows of A2A.

use adk_bridge::{
    Agent, AgentError, Decision, FunctionCall,
    adk::{Emitter, InvocationContext, Tool, ToolContext, ToolReply, tool_fn},
    agent_fn,
};
use serde_json::{Value, json};

/// What the clerk has when a conversation begins.
pub const FUNDS: u64 = 500;
/// What it pays without asking.
pub const LIMIT: u64 = 100;

/// The clerk.
pub fn clerk() -> impl Agent {
    let balance = tool_fn("balance", "Says how much there is to spend", async |_, cx: ToolContext| {
        Ok(json!({ "available": available(cx.invocation()) }))
    });
    let pay = tool_fn("pay", "Pays an amount to somebody", async |args: Value, cx: ToolContext| {
        let left = args["amount"].as_u64().and_then(|amount| available(cx.invocation()).checked_sub(amount));
        let left = left.ok_or_else(|| AgentError::public("there isn't enough to pay that"))?;
        cx.set_state("balance", left);
        Ok(json!({ "left": left }))
    })
    .parameters(json!({
        "type": "object",
        "properties": { "to": { "type": "string" }, "amount": { "type": "integer", "minimum": 1 } },
        "required": ["to", "amount"]
    }));
    let declared = (balance.declaration().clone(), pay.declaration().clone());
    agent_fn("clerk", "pays what you ask; above 100 it asks you first", async move |cx, mut out| {
        work(&cx, &mut out, &balance, &pay).await
    })
    .tool(&declared.0)
    .tool(&declared.1)
    .example("pay 18 to ann and 240 to bob")
}

async fn work(
    cx: &InvocationContext,
    out: &mut Emitter,
    balance: &dyn Tool,
    pay: &dyn Tool,
) -> Result<(), AgentError> {
    let (payments, problems) = read(&cx.text());
    let calls: Vec<FunctionCall> = payments.iter().map(Payment::call).collect();
    // An answer runs this again from the top: what was decided is looked at before anything is said or done.
    let decisions: Vec<Decision> = calls.iter().map(|call| cx.decision(call)).collect();
    if decisions.iter().all(|decision| *decision == Decision::NotAsked) {
        summarize(out, &payments, &problems).await?;
        if payments.is_empty() {
            return Ok(());
        }
        out.call(cx, balance, json!({})).await?;
    }
    let mut funds = available(cx);
    let mut payable = Vec::new();
    let mut open = false;
    for (payment, (call, decision)) in payments.iter().zip(calls.into_iter().zip(decisions)) {
        let covered = payment.amount <= funds;
        if covered && payment.amount > LIMIT && decision == Decision::NotAsked {
            out.ask(call).await?;
            open = true;
        }
        let allowed = covered && !matches!(decision, Decision::Refused(_));
        funds -= if allowed { payment.amount } else { 0 };
        payable.push((payment, covered, allowed));
    }
    if open {
        return Ok(());
    }
    settle(cx, out, pay, &payable).await
}

/// Says what was understood, word by word.
async fn summarize(out: &mut Emitter, payments: &[Payment], problems: &[String]) -> Result<(), AgentError> {
    let total: u128 = payments.iter().map(|payment| u128::from(payment.amount)).sum();
    let mut text = match payments.len() {
        0 => "Nothing to pay: write for example \"pay 18 to ann and 240 to bob\".".to_owned(),
        1 => format!("One payment of {total}."),
        2 => format!("Two payments, {total} in all."),
        count => format!("{count} payments, {total} in all."),
    };
    for problem in problems {
        text.push(' ');
        text.push_str(problem);
    }
    stream(out, &text).await
}

/// Pays what may be paid and says what was, and what wasn't.
async fn settle(
    cx: &InvocationContext,
    out: &mut Emitter,
    pay: &dyn Tool,
    payable: &[(&Payment, bool, bool)],
) -> Result<(), AgentError> {
    let (mut paid, mut unpaid, mut left) = (Vec::new(), Vec::new(), available(cx));
    for (payment, covered, allowed) in payable {
        match (covered, allowed) {
            (_, true) => {
                let reply = out.call(cx, pay, payment.args()).await?;
                if let ToolReply::Done(done) = reply {
                    left = done["left"].as_u64().unwrap_or(left);
                }
                paid.push(payment.to_string());
            }
            (true, false) => unpaid.push(format!("{payment}, as you said")),
            (false, false) => unpaid.push(format!("{payment}, for there isn't enough")),
        }
    }
    let mut sentences = Vec::new();
    if !paid.is_empty() {
        sentences.push(format!("Paid {}, {left} left.", paid.join(" and ")));
    }
    sentences.extend(unpaid.into_iter().map(|payment| format!("Didn't pay {payment}.")));
    stream(out, &sentences.join(" ")).await
}

async fn stream(out: &mut Emitter, text: &str) -> Result<(), AgentError> {
    for word in text.split_inclusive(' ') {
        out.delta(word).await?;
    }
    out.close().await
}

fn available(cx: &InvocationContext) -> u64 {
    cx.state().get("balance").and_then(Value::as_u64).unwrap_or(FUNDS)
}

struct Payment {
    amount: u64,
    to: String,
}

impl Payment {
    fn args(&self) -> Value {
        json!({ "to": self.to, "amount": self.amount })
    }

    fn call(&self) -> FunctionCall {
        FunctionCall::new("pay", self.args())
    }
}

impl std::fmt::Display for Payment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} to {}", self.amount, self.to)
    }
}

/// Every "<amount> to <name>" in the text, and a sentence about each that can't be paid as it stands.
fn read(text: &str) -> (Vec<Payment>, Vec<String>) {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let (mut payments, mut problems) = (Vec::new(), Vec::new());
    for around in words.windows(3).filter(|around| around[1].eq_ignore_ascii_case("to")) {
        let to = around[2].trim_end_matches(['.', '!', '?']).to_owned();
        match around[0].trim_start_matches(['$', '€']).parse() {
            Ok(0) => problems.push(format!("Nothing is what you would pay to {to}.")),
            Ok(amount) => payments.push(Payment { amount, to }),
            Err(_) => problems.push(format!("{:?} for {to} isn't a whole amount.", around[0])),
        }
    }
    (payments, problems)
}
