package check

import "context"

// files: bytes of every value, with a name and a media type, and a file by its URL, come back as they were sent.
func files(ctx context.Context, _ *session, agent Agent) error {
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

// data: whole numbers up to 2^53, negative ones, nulls and nested lists come back as they were sent.
func data(ctx context.Context, _ *session, agent Agent) error {
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
	task, err := sendForTask(ctx, agent, Outgoing{ID: id("echo"), Parts: parts}, "completed")
	if err != nil {
		return err
	}
	return same("parts of the artifact", partsOf(task.Artifacts), [][]Part{parts})
}
