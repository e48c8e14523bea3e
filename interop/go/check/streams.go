package check

import (
	"context"
	"fmt"
)

// stream: a run from its first event to its last, in order, closed by the agent.
func stream(ctx context.Context, _ *session, agent Agent) error {
	events, err := drain(agent.Stream(ctx, text("tck-stream-001")))
	if err != nil {
		return err
	}
	if len(events) == 0 {
		return fmt.Errorf("the stream ended without an event")
	}
	if events[0].Task == nil {
		return fmt.Errorf("the first event isn't the task: %+v", events[0])
	}
	taskID := events[0].Task.ID
	var artifact *ArtifactUpdate
	for i, event := range events {
		if event.TaskID() != taskID {
			return fmt.Errorf("event %d is of task %q, expected %q", i, event.TaskID(), taskID)
		}
		if event.Artifact != nil {
			artifact = event.Artifact
			if err := startedThen(states(events[:i]), "working"); err != nil {
				return fmt.Errorf("before the artifact: %w", err)
			}
		}
	}
	if artifact == nil {
		return fmt.Errorf("no artifact among %d events", len(events))
	}
	if err := same("text of the artifact", onlyText(artifact.Artifact.Parts), "Stream hello from TCK"); err != nil {
		return err
	}
	if err := startedThen(states(events), "working", "completed"); err != nil {
		return err
	}
	stored, err := agent.Get(ctx, taskID)
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	return same("artifacts by get", partsOf(stored.Artifacts), [][]Part{{{Text: "Stream hello from TCK"}}})
}

// resubscribe: the stream is dropped after its first event, the task lives on, and its end is seen by another stream.
func resubscribe(ctx context.Context, _ *session, agent Agent) error {
	taskID := ""
	for event, err := range agent.Stream(ctx, text("test-resubscribe-message-id")) {
		if err != nil {
			return fmt.Errorf("stream: %w", err)
		}
		taskID = event.TaskID()
		break
	}
	events, err := drain(agent.Subscribe(ctx, taskID))
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	if len(events) == 0 || events[0].TaskID() != taskID {
		return fmt.Errorf("subscribe: the first of %d events isn't of task %q", len(events), taskID)
	}
	if events[0].Task == nil {
		return fmt.Errorf("subscribe: the first event isn't the task: %+v", events[0])
	}
	return startedThen(states(events), "working", "completed")
}
