package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
)

// same fails unless both are the same as JSON, where numbers are equal if their values are.
func same(what string, got, want any) error {
	g, w := plain(got), plain(want)
	if reflect.DeepEqual(g, w) {
		return nil
	}
	gotText, _ := json.Marshal(g)
	wantText, _ := json.Marshal(w)
	return fmt.Errorf("%s: got %s, expected %s", what, gotText, wantText)
}

func plain(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprintf("%#v", value)
	}
	var read any
	_ = json.Unmarshal(text, &read)
	return read
}

// fails wants an error of a kind.
func fails(what string, err, want error) error {
	if err == nil {
		return fmt.Errorf("%s: succeeded, expected: %v", what, want)
	}
	if !errors.Is(err, want) {
		return fmt.Errorf("%s: got %q, expected: %v", what, err, want)
	}
	return nil
}

// text is a message to the agent whose id and text both begin with the name of a behaviour.
func text(behaviour string) Outgoing {
	return Outgoing{ID: id(behaviour), Parts: []Part{{Text: behaviour}}}
}

func id(prefix string) string {
	return fmt.Sprintf("%s-%016x", prefix, rand.Uint64())
}

// sendForTask sends a message that must be answered by a task in a state.
func sendForTask(ctx context.Context, agent Agent, message Outgoing, state string) (*Task, error) {
	answer, err := agent.Send(ctx, message)
	if err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	if answer.Task == nil {
		return nil, fmt.Errorf("send: answered by a message, expected a task")
	}
	if answer.Task.ID == "" || answer.Task.ContextID == "" {
		return nil, fmt.Errorf("send: the task has no id or no context: %+v", *answer.Task)
	}
	return answer.Task, same("state of the answer", answer.Task.State, state)
}

// drain reads a stream to its end.
func drain(events iter.Seq2[Event, error]) ([]Event, error) {
	var all []Event
	for event, err := range events {
		if err != nil {
			return all, fmt.Errorf("after %d events: %w", len(all), err)
		}
		all = append(all, event)
	}
	return all, nil
}

// firstError is the error of a stream that must fail before its first event.
func firstError(events iter.Seq2[Event, error]) error {
	for _, err := range events {
		return err
	}
	return nil
}

// states are the states that events tell of, without repetitions.
func states(events []Event) []string {
	var all []string
	for _, event := range events {
		state := event.State()
		if state != "" && (len(all) == 0 || all[len(all)-1] != state) {
			all = append(all, state)
		}
	}
	return all
}

// startedThen are the states of a run: submitted may be seen or not, for it passes at once.
func startedThen(got []string, want ...string) error {
	if len(got) > 0 && got[0] == "submitted" {
		got = got[1:]
	}
	return same("states", got, want)
}

func onlyText(parts []Part) string {
	if len(parts) == 1 {
		return parts[0].Text
	}
	return fmt.Sprintf("%d parts", len(parts))
}
