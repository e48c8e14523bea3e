package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/a2aproject/a2a-go/a2a"
	"github.com/a2aproject/a2a-go/a2aclient"

	"interop/check"
)

func (a *agent) CardError() error { return nil }

func (a *agent) Secured() bool { return len(a.card.Security) > 0 }

func (a *agent) Skills() []string { return skills(a.card) }

// AnyData: data is an object in version 0.3.
func (a *agent) AnyData() bool { return false }

func (a *agent) Send(ctx context.Context, message check.Outgoing) (check.Event, error) {
	answer, err := a.client.SendMessage(signedIn(ctx), request(message))
	if err != nil {
		return check.Event{}, kind(err)
	}
	return event(answer)
}

func (a *agent) Stream(ctx context.Context, message check.Outgoing) iter.Seq2[check.Event, error] {
	return events(a.client.SendStreamingMessage(signedIn(ctx), request(message)))
}

func (a *agent) Subscribe(ctx context.Context, taskID string) iter.Seq2[check.Event, error] {
	return events(a.client.ResubscribeToTask(signedIn(ctx), &a2a.TaskIDParams{ID: a2a.TaskID(taskID)}))
}

func (a *agent) Get(ctx context.Context, taskID string) (*check.Task, error) {
	return answered(a.client.GetTask(signedIn(ctx), &a2a.TaskQueryParams{ID: a2a.TaskID(taskID)}))
}

func (a *agent) Cancel(ctx context.Context, taskID string) (*check.Task, error) {
	return answered(a.client.CancelTask(signedIn(ctx), &a2a.TaskIDParams{ID: a2a.TaskID(taskID)}))
}

func (a *agent) List(ctx context.Context, query check.Query) (*check.Page, error) {
	answer, err := a.client.ListTasks(signedIn(ctx), &a2a.ListTasksRequest{
		ContextID:        query.ContextID,
		Status:           a2a.TaskState(query.State),
		PageSize:         query.PageSize,
		PageToken:        query.PageToken,
		IncludeArtifacts: query.Artifacts,
	})
	if err != nil {
		return nil, kind(err)
	}
	page := &check.Page{Total: answer.TotalSize, Next: answer.NextPageToken}
	for _, listed := range answer.Tasks {
		page.Tasks = append(page.Tasks, task(listed))
	}
	return page, nil
}

func (a *agent) SetPush(ctx context.Context, taskID string, config check.Push) (check.Push, error) {
	return made(a.client.SetTaskPushConfig(signedIn(ctx),
		&a2a.TaskPushConfig{TaskID: a2a.TaskID(taskID), Config: *pushConfig(&config)}))
}

func (a *agent) GetPush(ctx context.Context, taskID, id string) (check.Push, error) {
	return made(a.client.GetTaskPushConfig(signedIn(ctx), &a2a.GetTaskPushConfigParams{TaskID: a2a.TaskID(taskID), ConfigID: id}))
}

func (a *agent) ListPush(ctx context.Context, taskID string) ([]check.Push, error) {
	answer, err := a.client.ListTaskPushConfig(signedIn(ctx), &a2a.ListTaskPushConfigParams{TaskID: a2a.TaskID(taskID)})
	configs := make([]check.Push, len(answer))
	for i, config := range answer {
		configs[i], _ = made(config, nil)
	}
	return configs, kind(err)
}

func (a *agent) DeletePush(ctx context.Context, taskID, id string) error {
	return kind(a.client.DeleteTaskPushConfig(signedIn(ctx), &a2a.DeleteTaskPushConfigParams{TaskID: a2a.TaskID(taskID), ConfigID: id}))
}

// ExtendedCard asks for the card by the call that answers the extended one where the agent has one.
func (a *agent) ExtendedCard(ctx context.Context) ([]string, error) {
	if !a.card.SupportsAuthenticatedExtendedCard {
		return nil, errors.New("the card says that there is no extended one")
	}
	card, err := a.client.GetAgentCard(signedIn(ctx))
	if err != nil {
		return nil, kind(err)
	}
	return skills(card), nil
}

func (a *agent) Notification(body []byte) (check.Event, error) {
	update, err := a2a.UnmarshalEventJSON(body)
	if err != nil {
		return check.Event{}, err
	}
	return event(update)
}

func signedIn(ctx context.Context) context.Context {
	return a2aclient.WithSessionID(ctx, session)
}

func events(stream iter.Seq2[a2a.Event, error]) iter.Seq2[check.Event, error] {
	return func(yield func(check.Event, error) bool) {
		for update, err := range stream {
			if err != nil {
				yield(check.Event{}, kind(err))
				return
			}
			if !yield(event(update)) {
				return
			}
		}
	}
}

// kind says which of the SDK's errors it is. Over JSON-RPC the SDK makes no type of an HTTP status, only its text.
func kind(err error) error {
	kinds := map[error]error{
		a2a.ErrTaskNotFound:         check.ErrTaskNotFound,
		a2a.ErrTaskNotCancelable:    check.ErrNotCancelable,
		a2a.ErrUnsupportedOperation: check.ErrUnsupported,
		a2a.ErrUnauthenticated:      check.ErrUnauthenticated,
	}
	for theirs, ours := range kinds {
		if errors.Is(err, theirs) {
			return fmt.Errorf("%w: %w", ours, err)
		}
	}
	if err != nil && strings.Contains(err.Error(), "unexpected HTTP status: 401") {
		return fmt.Errorf("%w: %w", check.ErrUnauthenticated, err)
	}
	return err
}
