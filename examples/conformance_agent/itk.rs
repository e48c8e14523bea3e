//! Follows an instruction of the interop kit, and tells how that went.

use std::{error::Error, iter, time::Duration};

use a2a_server::{Cancellation, StatusSpec, Stopped, TaskHandle};

use crate::{
    Failure,
    agent::rest,
    instruction::{Instruction, Step},
    peer,
};

/// What tells a subscriber that a held task has said all it has to say.
pub(crate) const FINISHED: &str = "task-finished";
/// How often a held task gives a sign, and how long it is held.
const SIGN: Duration = Duration::from_secs(2);
const SIGNS: u32 = 5;

/// WORKING, the steps, and COMPLETED with what they answered.
pub(crate) async fn follow(
    instruction: &Instruction,
    task: TaskHandle,
    cancel: &Cancellation,
) -> Result<(), Stopped> {
    task.working(StatusSpec::none()).await?;
    let answers = tokio::select! {
        answers = run(instruction) => answers,
        () = cancel.canceled() => return Err(Stopped::Canceled),
    };
    let answer = match answers {
        Ok(answers) => answers.join("\n"),
        Err(error) => return task.fail(explain(&*error)).await,
    };
    if instruction.holds() {
        task.working(format!("{answer}\n{FINISHED}")).await?;
        for _ in 0..SIGNS {
            rest(SIGN, cancel).await?;
            task.working(StatusSpec::none()).await?;
        }
    }
    task.complete_with(answer).await
}

/// What a step answers, and whatever is in it, in order.
async fn run(instruction: &Instruction) -> Result<Vec<String>, Failure> {
    match &instruction.step {
        Some(Step::CallAgent(call)) => peer::call(call).await,
        Some(Step::ReturnResponse(step)) => Ok(vec![step.response.clone()]),
        Some(Step::Steps(steps)) => {
            let mut answers = Vec::new();
            for step in &steps.instructions {
                answers.extend(Box::pin(run(step)).await?);
            }
            Ok(answers)
        }
        None => Err("an instruction has a step, this one has none".into()),
    }
}

/// An error with its causes.
pub(crate) fn explain(error: &(dyn Error + Send + Sync + 'static)) -> String {
    let first: &(dyn Error + 'static) = error;
    let causes = iter::successors(Some(first), |error: &&(dyn Error + 'static)| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
