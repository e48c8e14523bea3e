package check

import (
	"context"
	"errors"
)

// errorsByType: each refusal is the SDK's own error for it. All of them are tried, so that a failure names each that is
// seen as another.
func errorsByType(ctx context.Context, _ *session, agent Agent) error {
	ended, err := sendForTask(ctx, agent, text("tck-complete-task"), "completed")
	if err != nil {
		return err
	}
	unknown := id("no-such-task")
	get := func(taskID string) error { _, err := agent.Get(ctx, taskID); return err }
	stop := func(taskID string) error { _, err := agent.Cancel(ctx, taskID); return err }
	send := func(taskID string) error { _, err := agent.Send(ctx, more(taskID)); return err }
	open := func(taskID string) error { return firstError(agent.Stream(ctx, more(taskID))) }
	subscribe := func(taskID string) error { return firstError(agent.Subscribe(ctx, taskID)) }
	return errors.Join(
		fails("get of an unknown task", get(unknown), ErrTaskNotFound),
		fails("cancel of an unknown task", stop(unknown), ErrTaskNotFound),
		fails("send to an unknown task", send(unknown), ErrTaskNotFound),
		fails("stream to an unknown task", open(unknown), ErrTaskNotFound),
		fails("subscribe to an unknown task", subscribe(unknown), ErrTaskNotFound),
		fails("cancel of an ended task", stop(ended.ID), ErrNotCancelable),
		fails("send to an ended task", send(ended.ID), ErrUnsupported),
		fails("stream to an ended task", open(ended.ID), ErrUnsupported),
		fails("subscribe to an ended task", subscribe(ended.ID), ErrUnsupported),
	)
}

func more(taskID string) Outgoing {
	return Outgoing{ID: id("more"), TaskID: taskID, Parts: []Part{{Text: "more"}}}
}
