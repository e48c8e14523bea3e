package check

import (
	"context"
	"fmt"
)

// files: the agent's own are what they must be; bytes of every value, with a name and a media type, and a file by its
// URL, come back as they were sent.
func files(ctx context.Context, _ *session, agent Agent) error {
	named := Part{Filename: "output.txt", MediaType: "text/plain"}
	raw, url := named, named
	raw.Raw, url.URL = []byte("tck"), "https://example.com/output.txt"
	for behaviour, want := range map[string]Part{"tck-artifact-file": raw, "tck-artifact-file-url": url} {
		if err := answeredBy(ctx, agent, text(behaviour), want); err != nil {
			return fmt.Errorf("%s: %w", behaviour, err)
		}
	}
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	return echoed(ctx, agent,
		Part{Text: "two files"},
		Part{Raw: every, Filename: "every byte.bin", MediaType: "application/octet-stream"},
		Part{URL: "https://example.com/a%20file?page=1&size=2", Filename: "output.txt", MediaType: "text/plain"},
	)
}

// data: the agent's own are what they must be; whole numbers up to 2^53, negative ones, nulls and nested lists come back as they were sent.
func data(ctx context.Context, _ *session, agent Agent) error {
	made := Part{Data: map[string]any{"key": "value", "count": 42}}
	if err := answeredBy(ctx, agent, text("tck-artifact-data"), made); err != nil {
		return fmt.Errorf("tck-artifact-data: %w", err)
	}
	object := map[string]any{
		"largest":  float64(1 << 53),
		"smallest": -float64(1 << 53),
		"zero":     0,
		"half":     0.5,
		"nothing":  nil,
		"empty":    map[string]any{"list": []any{}, "object": map[string]any{}, "text": ""},
		"nested":   []any{[]any{1, []any{-2, nil}}, map[string]any{"deep": []any{true, false}}},
		"text":     "ä \U0001F980 \"quoted\"\n",
	}
	parts := []Part{{Data: object}}
	if agent.AnyData() {
		parts = append(parts, Part{Data: []any{1, nil, "three"}}, Part{Data: 4})
	}
	return echoed(ctx, agent, parts...)
}

func echoed(ctx context.Context, agent Agent, parts ...Part) error {
	return answeredBy(ctx, agent, Outgoing{ID: id("echo"), Parts: parts}, parts...)
}

// answeredBy wants an artifact of these parts.
func answeredBy(ctx context.Context, agent Agent, message Outgoing, want ...Part) error {
	task, err := sendForTask(ctx, agent, message, "completed")
	if err != nil {
		return err
	}
	return same("parts of the artifact", partsOf(task.Artifacts), [][]Part{want})
}
