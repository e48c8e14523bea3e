package check

import (
	"context"
	"fmt"
	"strings"
)

// stream: a run from its first event to its last, in order, closed by the agent; and an artifact in two chunks.
func stream(ctx context.Context, _ *session, agent Agent) error {
	if err := streamOf(ctx, agent, "tck-stream-001", "Stream hello from TCK"); err != nil {
		return err
	}
	return streamOf(ctx, agent, "tck-stream-artifact-chunked", "chunk-1 ", "chunk-2")
}

// streamOf wants one artifact that comes in these chunks.
func streamOf(ctx context.Context, agent Agent, behaviour string, chunks ...string) error {
	events, err := drain(agent.Stream(ctx, text(behaviour)))
	if err != nil {
		return err
	}
	if len(events) == 0 || events[0].Task == nil {
		return fmt.Errorf("the first of %d events isn't the task", len(events))
	}
	taskID := events[0].Task.ID
	var seen []string
	for i, event := range events {
		if event.TaskID() != taskID {
			return fmt.Errorf("event %d is of task %q, expected %q", i, event.TaskID(), taskID)
		}
		if event.Status != nil && event.Status.Final != nil && *event.Status.Final != (i == len(events)-1) {
			return fmt.Errorf("event %d of %d says final: %t", i+1, len(events), *event.Status.Final)
		}
		if event.Artifact != nil {
			if err := startedThen(states(events[:i]), "working"); err != nil {
				return fmt.Errorf("before the artifact: %w", err)
			}
			if err := same("append", event.Artifact.Append, len(seen) > 0); err != nil {
				return err
			}
			seen = append(seen, onlyText(event.Artifact.Artifact.Parts))
		}
	}
	if err := same("chunks", seen, chunks); err != nil {
		return err
	}
	if err := startedThen(states(events), "working", "completed"); err != nil {
		return err
	}
	stored, err := agent.Get(ctx, taskID)
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	whole := ""
	for _, parts := range partsOf(stored.Artifacts) {
		for _, part := range parts {
			whole += part.Text
		}
	}
	return same("artifacts by get", []any{len(stored.Artifacts), whole}, []any{1, strings.Join(chunks, "")})
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
