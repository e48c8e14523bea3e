use futures_util::StreamExt as _;
use serde_json::Value;

use super::agent_error::AgentError;
use super::confirmation;
use super::content::{Content, Role};
use super::context::InvocationContext;
use super::event::Event;
use super::function::FunctionCall;
use super::part::Part;
use super::reply;
use super::slot::Slot;
use super::stream::EventStream;
use super::tool::{Tool, ToolContext, ToolReply};

/// Hands the events of an agent to its reader, one at a time.
///
/// Every method returns when the reader comes back for the next event, so nothing piles up; a method that is
/// dropped before may or may not have handed its event over. It fails only when the turn is over: pass that on
/// with `?`.
///
/// Events may leave author, branch, id, invocation and time empty.
#[derive(Debug)]
pub struct Emitter {
    slot: Slot,
}

impl Emitter {
    pub(crate) const fn new(slot: Slot) -> Self {
        Self { slot }
    }

    /// Hands an event over as it is. Open chunks are closed before, as before anything but another chunk.
    pub async fn emit(&mut self, event: Event) -> Result<(), AgentError> {
        self.slot.put(Some(event)).await
    }

    /// Says a complete text.
    pub async fn say(&mut self, text: impl Into<String> + Send) -> Result<(), AgentError> {
        let content = Content::new(Role::Model, [Part::text(text)]);
        self.emit(Event::default().with_content(content)).await
    }

    /// Says the next chunk of a text. An empty one is nothing.
    ///
    /// Chunks reach the reader at once as partial events, which aren't stored. Together they are one open event:
    /// it closes, as one complete event with the whole text, when something else is emitted or when the body
    /// ends with `Ok`. The chunks and the complete event have the same id.
    pub async fn delta(&mut self, text: impl Into<String> + Send) -> Result<(), AgentError> {
        self.chunk(Part::text(text)).await
    }

    /// Says the next chunk of a thought; like [`delta`](Self::delta), and in the same open event.
    pub async fn thought(&mut self, text: impl Into<String> + Send) -> Result<(), AgentError> {
        self.chunk(Part::thought(text)).await
    }

    /// Closes the open chunks now; does nothing if there are none.
    pub async fn close(&mut self) -> Result<(), AgentError> {
        self.slot.put(None).await
    }

    /// Asks the user whether a call may be made, and so pauses the turn.
    ///
    /// End the body after the last question. The answer runs the agent again from the top, and there
    /// [`InvocationContext::decision`] tells how it was decided.
    pub async fn ask(&mut self, call: FunctionCall) -> Result<(), AgentError> {
        self.ask_with_hint(call, "").await
    }

    /// The same with what the user should know to decide.
    pub async fn ask_with_hint(
        &mut self,
        call: FunctionCall,
        hint: impl Into<String> + Send,
    ) -> Result<(), AgentError> {
        let question = confirmation::question(&call, hint.into());
        self.emit(Event::default().with_content(Content::new(Role::Model, [question.into()]))).await
    }

    /// Passes on the events of another stream, such as [`InvocationContext::run`] of a sub-agent.
    pub async fn forward(&mut self, mut events: EventStream<'_>) -> Result<(), AgentError> {
        while let Some(event) = events.next().await {
            self.emit(event?).await?;
        }
        Ok(())
    }

    /// Calls a tool: the call and its response become two events, and the reply is returned.
    ///
    /// - A [`Pending`](ToolReply::Pending) reply marks the call as long running: the turn pauses until somebody
    ///   answers it. The agent then runs again from the top, and this method finds the answer: it returns it as
    ///   [`Done`](ToolReply::Done), runs nothing and emits nothing. See [`InvocationContext::answer`].
    /// - An error of the tool becomes the response `{"error": …}` with its public text, so that whoever reads the
    ///   session knows of it, and is returned too: handle it, or let `?` fail the turn.
    /// - When the turn is run again because its process died, a call whose response is stored isn't made again: what
    ///   the tool replied is returned as it was, of an error what everybody may read. A call without a stored
    ///   response is made again under the same [id](ToolContext::call_id).
    pub async fn call(
        &mut self,
        cx: &InvocationContext,
        tool: &dyn Tool,
        args: Value,
    ) -> Result<ToolReply, AgentError> {
        let call = FunctionCall::new(&tool.declaration().name, args.clone());
        if let Some(answer) = cx.answer(&call) {
            return Ok(ToolReply::Done(answer.into()));
        }
        let call = call.with_id(cx.new_call_id());
        let mut asked = Event::new(cx.agent()).with_content(Content::new(Role::Model, [call.clone().into()]));
        asked.branch = cx.branch().map(str::to_owned);
        self.emit(asked).await?;

        if let Some((response, event)) = cx.stored_response(&call.id) {
            let reply = reply::read(response, event);
            self.emit(event.clone()).await?;
            return reply;
        }
        let tool_cx = ToolContext::new(cx.clone(), call.id.clone());
        let result = tool.call(args, tool_cx.clone()).await;
        let mut answered = reply::event(cx.agent(), &call, &result);
        answered.branch = cx.branch().map(str::to_owned);
        answered.actions = tool_cx.take_actions();
        self.emit(answered).await?;
        result
    }

    async fn chunk(&mut self, part: Part) -> Result<(), AgentError> {
        if part.as_text() == Some("") {
            return Ok(());
        }
        self.slot.put_chunk(part).await
    }
}
