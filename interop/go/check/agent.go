// Package check holds what every version of a2a-go must be able to do with an agent, and the words in which a version's
// program says it, so that each check stands here once.
package check

import (
	"context"
	"errors"
	"iter"
)

// What a call may fail with, as far as a check tells errors apart. A program wraps its SDK's own error in one of them.
var (
	ErrTaskNotFound    = errors.New("task not found")
	ErrNotCancelable   = errors.New("task not cancelable")
	ErrUnsupported     = errors.New("unsupported operation")
	ErrUnauthenticated = errors.New("unauthenticated")
	// ErrNotOffered is returned in place of a call for which the SDK has no API.
	ErrNotOffered = errors.New("not offered by the peer")
)

// Target is the agent to call, and how. Its card is at the well-known path under the URL.
type Target struct {
	URL     string
	Binding string
	Version string
}

// Connect makes a client of one version of the SDK from the agent's card. With a credential it authenticates as the
// card's security schemes demand; without one it doesn't.
type Connect func(ctx context.Context, target Target, credential string) (Agent, error)

// Agent is the agent that is called, seen through one version of the SDK.
type Agent interface {
	// CardError is what the SDK says of the card, where the program had to help it to read it.
	CardError() error
	// Secured tells whether the card that everybody sees demands credentials.
	Secured() bool
	// Skills are the ids of the skills of the card that everybody sees.
	Skills() []string
	// AnyData tells whether the SDK sends data that isn't an object.
	AnyData() bool
	Send(ctx context.Context, message Outgoing) (Event, error)
	Stream(ctx context.Context, message Outgoing) iter.Seq2[Event, error]
	Subscribe(ctx context.Context, taskID string) iter.Seq2[Event, error]
	Get(ctx context.Context, taskID string) (*Task, error)
	Cancel(ctx context.Context, taskID string) (*Task, error)
	List(ctx context.Context, query Query) (*Page, error)
	SetPush(ctx context.Context, taskID string, config Push) (Push, error)
	GetPush(ctx context.Context, taskID, id string) (Push, error)
	ListPush(ctx context.Context, taskID string) ([]Push, error)
	DeletePush(ctx context.Context, taskID, id string) error
	// ExtendedCard returns the ids of the extended card's skills.
	ExtendedCard(ctx context.Context) ([]string, error)
	// Notification reads the body of a webhook call.
	Notification(body []byte) (Event, error)
}

// Outgoing is a message to send, and how.
type Outgoing struct {
	ID        string
	TaskID    string
	ContextID string
	Parts     []Part
	// Immediately asks for an answer as soon as there is a task.
	Immediately bool
	Push        *Push
}

// Part is one part of a message or an artifact: exactly one of the first four is set.
type Part struct {
	Text      string `json:"text,omitempty"`
	Raw       []byte `json:"raw,omitempty"`
	URL       string `json:"url,omitempty"`
	Data      any    `json:"data,omitempty"`
	Filename  string `json:"filename,omitempty"`
	MediaType string `json:"mediaType,omitempty"`
}

// Message is a message as it came.
type Message struct {
	ID        string
	FromAgent bool
	Parts     []Part
}

// Artifact is an artifact as it came.
type Artifact struct {
	ID    string
	Parts []Part
}

// Task is a task as it came. Its state is written as in version 0.3: `input-required`.
type Task struct {
	ID        string
	ContextID string
	State     string
	Message   *Message
	Artifacts []Artifact
	History   []Message
}

// Event is one event of a stream, or the answer to a message: exactly one member is set.
type Event struct {
	Task     *Task
	Message  *Message
	Status   *Status
	Artifact *ArtifactUpdate
}

// Status is a change of a task's status.
type Status struct {
	TaskID  string
	State   string
	Message *Message
	// Final says that it is the last of its stream, where the version has that.
	Final *bool
}

// ArtifactUpdate is an artifact, or more of one.
type ArtifactUpdate struct {
	TaskID   string
	Append   bool
	Artifact Artifact
}

// Query selects tasks.
type Query struct {
	ContextID string
	State     string
	PageSize  int
	PageToken string
	Artifacts bool
}

// Page is what a query found.
type Page struct {
	Tasks []*Task
	Total int
	Next  string
}

// Push is where a task's updates are to be posted.
type Push struct {
	ID         string
	URL        string
	Token      string
	Credential string
}

// TaskID is the id of the task that the event is about, if it is about one.
func (e Event) TaskID() string {
	switch {
	case e.Task != nil:
		return e.Task.ID
	case e.Status != nil:
		return e.Status.TaskID
	case e.Artifact != nil:
		return e.Artifact.TaskID
	}
	return ""
}

// State is the state that the event tells of, if it does.
func (e Event) State() string {
	switch {
	case e.Task != nil:
		return e.Task.State
	case e.Status != nil:
		return e.Status.State
	}
	return ""
}
