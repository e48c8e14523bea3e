package check

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
)

// notification is one call of the webhook.
type notification struct {
	header http.Header
	body   []byte
}

// listen serves a webhook until the context ends.
func listen(ctx context.Context, host string) (string, <-chan notification, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "", nil, err
	}
	received := make(chan notification, 64)
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		select {
		case received <- notification{request.Header, body}:
		case <-ctx.Done():
		}
	})}
	go func() { _ = server.Serve(listener) }()
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return fmt.Sprintf("http://%s/hook", listener.Addr()), received, nil
}

// push: a config that comes with the message, and its task's updates at the webhook, in order, with both headers.
func push(ctx context.Context, s *session, agent Agent) error {
	url, received, err := listen(ctx, s.webhookHost)
	if err != nil {
		return err
	}
	message := text("tck-stream-001")
	message.Push = &Push{URL: url, Token: "a-token", Credential: "a-credential"}
	task, err := sendForTask(ctx, agent, message, "completed")
	if err != nil {
		return err
	}
	var events []Event
	for {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the webhook saw the states %v and no end", states(events))
		case call := <-received:
			want := []string{"a-token", "Bearer a-credential"}
			got := []string{call.header.Get("X-A2A-Notification-Token"), call.header.Get("Authorization")}
			if err := same("headers of a notification", got, want); err != nil {
				return err
			}
			event, err := agent.Notification(call.body)
			if err != nil {
				return fmt.Errorf("notification %s: %w", call.body, err)
			}
			if event.TaskID() != task.ID {
				return fmt.Errorf("a notification is of task %q, expected %q", event.TaskID(), task.ID)
			}
			events = append(events, event)
			if event.State() == "completed" {
				return startedThen(states(events), "working", "completed")
			}
		}
	}
}

// pushConfigs: made, read, listed and deleted.
func pushConfigs(ctx context.Context, _ *session, agent Agent) error {
	task, err := sendForTask(ctx, agent, text("tck-input-required"), "input-required")
	if err != nil {
		return err
	}
	first := Push{ID: "first", URL: "http://127.0.0.1:9/first", Token: "a-token", Credential: "a-credential"}
	second := Push{ID: "second", URL: "http://127.0.0.1:9/second"}
	for _, config := range []Push{first, second} {
		made, err := agent.SetPush(ctx, task.ID, config)
		if err != nil {
			return fmt.Errorf("create: %w", err)
		}
		if err := same("what create answers", made, config); err != nil {
			return err
		}
	}
	read, err := agent.GetPush(ctx, task.ID, "first")
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	if err := same("what get answers", read, first); err != nil {
		return err
	}
	if err := listed(ctx, agent, task.ID, first, second); err != nil {
		return err
	}
	if err := agent.DeletePush(ctx, task.ID, "first"); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	if err := listed(ctx, agent, task.ID, second); err != nil {
		return err
	}
	_, err = agent.GetPush(ctx, task.ID, "first")
	return fails("get of a deleted config", err, ErrTaskNotFound)
}

func listed(ctx context.Context, agent Agent, taskID string, want ...Push) error {
	got, err := agent.ListPush(ctx, taskID)
	if err != nil {
		return fmt.Errorf("list: %w", err)
	}
	// Their order is the agent's.
	slices.SortFunc(got, func(a, b Push) int { return strings.Compare(a.ID, b.ID) })
	return same("configs in the list", got, want)
}
