package main

import (
	"encoding/base64"
	"fmt"

	"github.com/a2aproject/a2a-go/a2a"

	"interop/check"
)

func request(outgoing check.Outgoing) *a2a.MessageSendParams {
	message := a2a.NewMessage(a2a.MessageRoleUser)
	message.ID = outgoing.ID
	message.TaskID = a2a.TaskID(outgoing.TaskID)
	message.ContextID = outgoing.ContextID
	for _, part := range outgoing.Parts {
		message.Parts = append(message.Parts, partToSend(part))
	}
	// Over gRPC a configuration that says nothing about blocking reads as one that doesn't block.
	blocking := !outgoing.Immediately
	return &a2a.MessageSendParams{
		Message: message,
		Config:  &a2a.MessageSendConfig{Blocking: &blocking, PushConfig: pushConfig(outgoing.Push)},
	}
}

func partToSend(part check.Part) a2a.Part {
	meta := a2a.FileMeta{Name: part.Filename, MimeType: part.MediaType}
	switch {
	case part.Raw != nil:
		return a2a.FilePart{File: a2a.FileBytes{FileMeta: meta, Bytes: base64.StdEncoding.EncodeToString(part.Raw)}}
	case part.URL != "":
		return a2a.FilePart{File: a2a.FileURI{FileMeta: meta, URI: part.URL}}
	case part.Data != nil:
		return a2a.DataPart{Data: part.Data.(map[string]any)}
	}
	return a2a.TextPart{Text: part.Text}
}

func pushConfig(config *check.Push) *a2a.PushConfig {
	if config == nil {
		return nil
	}
	made := &a2a.PushConfig{ID: config.ID, URL: config.URL, Token: config.Token}
	if config.Credential != "" {
		made.Auth = &a2a.PushAuthInfo{Schemes: []string{"Bearer"}, Credentials: config.Credential}
	}
	return made
}

func made(config *a2a.TaskPushConfig, err error) (check.Push, error) {
	if err != nil || config == nil {
		return check.Push{}, kind(err)
	}
	made := check.Push{ID: config.Config.ID, URL: config.Config.URL, Token: config.Config.Token}
	if config.Config.Auth != nil {
		made.Credential = config.Config.Auth.Credentials
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
			State:   string(update.Status.State),
			Message: message(update.Status.Message),
			Final:   &update.Final,
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
		State:     string(from.Status.State),
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
		all = append(all, received(part))
	}
	return all
}

func received(part a2a.Part) check.Part {
	switch part := part.(type) {
	case a2a.TextPart:
		return check.Part{Text: part.Text}
	case a2a.DataPart:
		return check.Part{Data: part.Data}
	case a2a.FilePart:
		switch file := part.File.(type) {
		case a2a.FileBytes:
			raw, err := base64.StdEncoding.DecodeString(file.Bytes)
			if err != nil {
				return check.Part{Text: "not base64: " + err.Error()}
			}
			return check.Part{Raw: raw, Filename: file.Name, MediaType: file.MimeType}
		case a2a.FileURI:
			return check.Part{URL: file.URI, Filename: file.Name, MediaType: file.MimeType}
		}
	}
	return check.Part{Text: fmt.Sprintf("a part of the type %T", part)}
}
