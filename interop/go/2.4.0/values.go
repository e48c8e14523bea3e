package main

import (
	"fmt"
	"strings"

	"github.com/a2aproject/a2a-go/v2/a2a"

	"interop/check"
)

func request(outgoing check.Outgoing) *a2a.SendMessageRequest {
	message := a2a.NewMessage(a2a.MessageRoleUser)
	message.ID = outgoing.ID
	message.TaskID = a2a.TaskID(outgoing.TaskID)
	message.ContextID = outgoing.ContextID
	for _, part := range outgoing.Parts {
		message.Parts = append(message.Parts, partToSend(part))
	}
	request := &a2a.SendMessageRequest{Message: message}
	if outgoing.Immediately || outgoing.Push != nil {
		request.Config = &a2a.SendMessageConfig{
			ReturnImmediately: outgoing.Immediately,
			PushConfig:        pushConfig(outgoing.Push),
		}
	}
	return request
}

func partToSend(part check.Part) *a2a.Part {
	made := a2a.NewTextPart(part.Text)
	switch {
	case part.Raw != nil:
		made = a2a.NewRawPart(part.Raw)
	case part.URL != "":
		made = a2a.NewFileURLPart(a2a.URL(part.URL), part.MediaType)
	case part.Data != nil:
		made = a2a.NewDataPart(part.Data)
	}
	made.Filename = part.Filename
	made.MediaType = part.MediaType
	return made
}

func pushConfig(config *check.Push) *a2a.PushConfig {
	if config == nil {
		return nil
	}
	made := &a2a.PushConfig{ID: config.ID, URL: config.URL, Token: config.Token}
	if config.Credential != "" {
		made.Auth = &a2a.PushAuthInfo{Scheme: "Bearer", Credentials: config.Credential}
	}
	return made
}

func made(config *a2a.PushConfig, err error) (check.Push, error) {
	if err != nil || config == nil {
		return check.Push{}, kind(err)
	}
	made := check.Push{ID: config.ID, URL: config.URL, Token: config.Token}
	if config.Auth != nil {
		made.Credential = config.Auth.Credentials
	}
	return made, nil
}

func skills(card *a2a.AgentCard) []string {
	var ids []string
	for _, skill := range card.Skills {
		ids = append(ids, skill.ID)
	}
	return ids
}

func answered(answer *a2a.Task, err error) (*check.Task, error) {
	if err != nil {
		return nil, kind(err)
	}
	return task(answer), nil
}

func event(update a2a.Event) (check.Event, error) {
	switch update := update.(type) {
	case *a2a.Task:
		return check.Event{Task: task(update)}, nil
	case *a2a.Message:
		return check.Event{Message: message(update)}, nil
	case *a2a.TaskStatusUpdateEvent:
		return check.Event{Status: &check.Status{
			TaskID:  string(update.TaskID),
			State:   state(update.Status.State),
			Message: message(update.Status.Message),
		}}, nil
	case *a2a.TaskArtifactUpdateEvent:
		return check.Event{Artifact: &check.ArtifactUpdate{
			TaskID:   string(update.TaskID),
			Append:   update.Append,
			Artifact: artifact(update.Artifact),
		}}, nil
	}
	return check.Event{}, fmt.Errorf("an event of the type %T", update)
}

func task(from *a2a.Task) *check.Task {
	task := &check.Task{
		ID:        string(from.ID),
		ContextID: from.ContextID,
		State:     state(from.Status.State),
		Message:   message(from.Status.Message),
	}
	for _, one := range from.Artifacts {
		task.Artifacts = append(task.Artifacts, artifact(one))
	}
	for _, one := range from.History {
		task.History = append(task.History, *message(one))
	}
	return task
}

func message(from *a2a.Message) *check.Message {
	if from == nil {
		return nil
	}
	return &check.Message{ID: from.ID, FromAgent: from.Role == a2a.MessageRoleAgent, Parts: parts(from.Parts)}
}

func artifact(from *a2a.Artifact) check.Artifact {
	return check.Artifact{ID: string(from.ID), Parts: parts(from.Parts)}
}

func parts(from a2a.ContentParts) []check.Part {
	var all []check.Part
	for _, part := range from {
		all = append(all, check.Part{
			Text:      part.Text(),
			Raw:       part.Raw(),
			URL:       string(part.URL()),
			Data:      part.Data(),
			Filename:  part.Filename,
			MediaType: part.MediaType,
		})
	}
	return all
}

// state is the state in the words of the checks.
func state(from a2a.TaskState) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(string(from), "TASK_STATE_"), "_", "-"))
}
