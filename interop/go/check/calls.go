package check

import (
	"context"
	"fmt"
)

// unary: an answer with an artifact, the same task by get, and the message of a status.
func unary(ctx context.Context, _ *session, agent Agent) error {
	message := text("tck-artifact-text")
	task, err := sendForTask(ctx, agent, message, "completed")
	if err != nil {
		return err
	}
	stored, err := agent.Get(ctx, task.ID)
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	for _, seen := range []*Task{task, stored} {
		want := [][]Part{{{Text: "Generated text content"}}}
		if err := same("artifacts", partsOf(seen.Artifacts), want); err != nil {
			return err
		}
	}
	if err := same("id and state by get", []string{stored.ID, stored.State}, []string{task.ID, "completed"}); err != nil {
		return err
	}
	if len(stored.History) == 0 || stored.History[0].ID != message.ID || stored.History[0].FromAgent {
		return fmt.Errorf("history by get doesn't begin with the message that was sent: %+v", stored.History)
	}

	task, err = sendForTask(ctx, agent, text("tck-complete-task"), "completed")
	if err != nil {
		return err
	}
	if task.Message == nil || !task.Message.FromAgent {
		return fmt.Errorf("the status has no message of the agent: %+v", task.Message)
	}
	return same("message of the status", onlyText(task.Message.Parts), "Hello from TCK")
}

// message: a message in place of a task, as an answer and as a stream of one event.
func message(ctx context.Context, _ *session, agent Agent) error {
	answer, err := agent.Send(ctx, text("tck-message-response"))
	if err != nil {
		return fmt.Errorf("send: %w", err)
	}
	events, err := drain(agent.Stream(ctx, text("tck-message-response")))
	if err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	if len(events) != 1 {
		return fmt.Errorf("stream: %d events, expected one", len(events))
	}
	for _, event := range []Event{answer, events[0]} {
		if event.Message == nil || !event.Message.FromAgent {
			return fmt.Errorf("answered by %+v, expected a message of the agent", event)
		}
		if err := same("text", onlyText(event.Message.Parts), "Direct message response"); err != nil {
			return err
		}
	}
	return nil
}

// multiTurn: a task that asks until it is told that it is done.
func multiTurn(ctx context.Context, _ *session, agent Agent) error {
	asked, err := sendForTask(ctx, agent, text("tck-multi-turn"), "input-required")
	if err != nil {
		return err
	}
	for _, turn := range []struct{ said, state string }{{"more", "input-required"}, {"done", "completed"}} {
		reply := Outgoing{ID: id("reply"), TaskID: asked.ID, ContextID: asked.ContextID, Parts: []Part{{Text: turn.said}}}
		answer, err := sendForTask(ctx, agent, reply, turn.state)
		if err != nil {
			return fmt.Errorf("%q: %w", turn.said, err)
		}
		want := []string{asked.ID, asked.ContextID}
		if err := same("task and context", []string{answer.ID, answer.ContextID}, want); err != nil {
			return err
		}
	}
	stored, err := agent.Get(ctx, asked.ID)
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	var mine []string
	for _, message := range stored.History {
		if !message.FromAgent {
			mine = append(mine, onlyText(message.Parts))
		}
	}
	return same("my messages in the history", mine, []string{"tck-multi-turn", "more", "done"})
}

// cancel: a task that works until it is told to stop.
func cancel(ctx context.Context, _ *session, agent Agent) error {
	message := text("tck-cancel")
	message.Immediately = true
	answer, err := agent.Send(ctx, message)
	if err != nil {
		return fmt.Errorf("send: %w", err)
	}
	if answer.Task == nil || (answer.Task.State != "submitted" && answer.Task.State != "working") {
		return fmt.Errorf("send: answered by %+v, expected a task at work", answer)
	}
	canceled, err := agent.Cancel(ctx, answer.Task.ID)
	if err != nil {
		return fmt.Errorf("cancel: %w", err)
	}
	if err := same("id and state", []string{canceled.ID, canceled.State}, []string{answer.Task.ID, "canceled"}); err != nil {
		return err
	}
	stored, err := agent.Get(ctx, canceled.ID)
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	return same("state by get", stored.State, "canceled")
}

func partsOf(artifacts []Artifact) [][]Part {
	parts := make([][]Part, len(artifacts))
	for i, artifact := range artifacts {
		parts[i] = artifact.Parts
	}
	return parts
}
