package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	a2alegacy "github.com/a2aproject/a2a-go/a2a"
	"github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2aclient"
	"github.com/a2aproject/a2a-go/v2/a2acompat/a2av0"

	"interop/check"
)

func (a *agent) CardError() error { return a.unread }

func (a *agent) Secured() bool { return len(a.card.SecurityRequirements) > 0 }

func (a *agent) Skills() []string { return skills(a.card) }

// AnyData: over gRPC the SDK refuses to send data that isn't an object; version 0.3 has none.
func (a *agent) AnyData() bool { return a.version == "1.0" && a.binding != "GRPC" }

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
	return events(a.client.SubscribeToTask(signedIn(ctx), &a2a.SubscribeToTaskRequest{ID: a2a.TaskID(taskID)}))
}

func (a *agent) Get(ctx context.Context, taskID string) (*check.Task, error) {
	return answered(a.client.GetTask(signedIn(ctx), &a2a.GetTaskRequest{ID: a2a.TaskID(taskID)}))
}

func (a *agent) Cancel(ctx context.Context, taskID string) (*check.Task, error) {
	return answered(a.client.CancelTask(signedIn(ctx), &a2a.CancelTaskRequest{ID: a2a.TaskID(taskID)}))
}

func (a *agent) List(ctx context.Context, query check.Query) (*check.Page, error) {
	if a.version == "0.3" && a.binding == "JSONRPC" {
		return nil, fmt.Errorf("a2av0 has no tasks/list: %w", check.ErrNotOffered)
	}
	request := &a2a.ListTasksRequest{
		ContextID:        query.ContextID,
		PageSize:         query.PageSize,
		PageToken:        query.PageToken,
		IncludeArtifacts: query.Artifacts,
	}
	if query.State != "" {
		request.Status = a2a.TaskState("TASK_STATE_" + strings.ToUpper(strings.ReplaceAll(query.State, "-", "_")))
	}
	answer, err := a.client.ListTasks(signedIn(ctx), request)
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
	request := pushConfig(&config)
	request.TaskID = a2a.TaskID(taskID)
	return made(a.client.CreateTaskPushConfig(signedIn(ctx), request))
}

func (a *agent) GetPush(ctx context.Context, taskID, id string) (check.Push, error) {
	return made(a.client.GetTaskPushConfig(signedIn(ctx), &a2a.GetTaskPushConfigRequest{TaskID: a2a.TaskID(taskID), ID: id}))
}

func (a *agent) ListPush(ctx context.Context, taskID string) ([]check.Push, error) {
	answer, err := a.client.ListTaskPushConfigs(signedIn(ctx), &a2a.ListTaskPushConfigRequest{TaskID: a2a.TaskID(taskID)})
	configs := make([]check.Push, len(answer))
	for i, config := range answer {
		configs[i], _ = made(config, nil)
	}
	return configs, kind(err)
}

func (a *agent) DeletePush(ctx context.Context, taskID, id string) error {
	return kind(a.client.DeleteTaskPushConfig(signedIn(ctx), &a2a.DeleteTaskPushConfigRequest{TaskID: a2a.TaskID(taskID), ID: id}))
}

func (a *agent) ExtendedCard(ctx context.Context) ([]string, error) {
	card, err := a.client.GetExtendedAgentCard(signedIn(ctx), &a2a.GetExtendedAgentCardRequest{})
	if err != nil {
		return nil, kind(err)
	}
	return skills(card), nil
}

// Notification reads what an agent of the client's version posts: in 0.3 a bare task or event.
func (a *agent) Notification(body []byte) (check.Event, error) {
	if a.version == "0.3" {
		legacy, err := a2alegacy.UnmarshalEventJSON(body)
		if err != nil {
			return check.Event{}, err
		}
		update, err := a2av0.ToV1Event(legacy)
		if err != nil {
			return check.Event{}, err
		}
		return event(update)
	}
	var update a2a.StreamResponse
	if err := json.Unmarshal(body, &update); err != nil {
		return check.Event{}, err
	}
	return event(update.Event)
}

func signedIn(ctx context.Context) context.Context {
	return a2aclient.AttachSessionID(ctx, session)
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
