package main

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2asrv"
)

// everyone owns the same tasks.
func everyone(context.Context) (string, error) { return "everyone", nil }

// behaviours answers as the prefix of a message's id or text says.
type behaviours struct{}

func (behaviours) Execute(ctx context.Context, run *a2asrv.ExecutorContext) iter.Seq2[a2a.Event, error] {
	return func(yield func(a2a.Event, error) bool) {
		asked := func(prefix string) bool {
			if strings.HasPrefix(run.Message.ID, prefix) {
				return true
			}
			return len(run.Message.Parts) > 0 && strings.HasPrefix(run.Message.Parts[0].Text(), prefix)
		}
		if asked("tck-message-response") {
			yield(a2a.NewMessageForTask(a2a.MessageRoleAgent, a2a.TaskInfo{ContextID: run.ContextID}, a2a.NewTextPart("Direct message response")), nil)
			return
		}
		if run.StoredTask == nil && !yield(a2a.NewSubmittedTask(run, run.Message), nil) {
			return
		}
		status := func(state a2a.TaskState, texts ...string) bool {
			var message *a2a.Message
			for _, text := range texts {
				message = a2a.NewMessageForTask(a2a.MessageRoleAgent, run, a2a.NewTextPart(text))
			}
			return yield(a2a.NewStatusUpdateEvent(run, state, message), nil)
		}
		artifact := func(parts ...*a2a.Part) bool { return yield(a2a.NewArtifactEvent(run, parts...), nil) }
		chunks := func(first, second string) bool {
			begun := a2a.NewArtifactEvent(run, a2a.NewTextPart(first))
			more := a2a.NewArtifactUpdateEvent(run, begun.Artifact.ID, a2a.NewTextPart(second))
			more.LastChunk = true
			return yield(begun, nil) && yield(more, nil)
		}
		switch {
		case asked("tck-complete-task"):
			status(a2a.TaskStateCompleted, "Hello from TCK")
		case asked("tck-artifact-text"):
			_ = artifact(a2a.NewTextPart("Generated text content")) && status(a2a.TaskStateCompleted)
		case asked("tck-artifact-file-url"):
			_ = artifact(named(a2a.NewFileURLPart("https://example.com/output.txt", "text/plain"))) && status(a2a.TaskStateCompleted)
		case asked("tck-artifact-file"):
			_ = artifact(named(a2a.NewRawPart([]byte("tck")))) && status(a2a.TaskStateCompleted)
		case asked("tck-artifact-data"):
			_ = artifact(a2a.NewDataPart(map[string]any{"key": "value", "count": 42})) && status(a2a.TaskStateCompleted)
		case asked("tck-input-required"), asked("tck-multi-turn"), asked("more"):
			status(a2a.TaskStateInputRequired, "More, please")
		case asked("tck-stream-001"):
			_ = status(a2a.TaskStateWorking) && artifact(a2a.NewTextPart("Stream hello from TCK")) && status(a2a.TaskStateCompleted)
		case asked("tck-stream-artifact-chunked"):
			_ = status(a2a.TaskStateWorking) && chunks("chunk-1 ", "chunk-2") && status(a2a.TaskStateCompleted)
		case asked("test-resubscribe-message-id"), asked("tck-cancel"):
			if !status(a2a.TaskStateWorking) {
				return
			}
			select {
			case <-time.After(4 * time.Second):
				status(a2a.TaskStateCompleted)
			case <-ctx.Done():
			}
		default:
			_ = artifact(run.Message.Parts...) && status(a2a.TaskStateCompleted)
		}
	}
}

func named(part *a2a.Part) *a2a.Part {
	part.Filename, part.MediaType = "output.txt", "text/plain"
	return part
}

func (behaviours) Cancel(_ context.Context, run *a2asrv.ExecutorContext) iter.Seq2[a2a.Event, error] {
	return func(yield func(a2a.Event, error) bool) {
		yield(a2a.NewStatusUpdateEvent(run, a2a.TaskStateCanceled, nil), nil)
	}
}
