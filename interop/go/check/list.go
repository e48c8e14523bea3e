package check

import (
	"context"
	"fmt"
	"slices"
)

// list: three tasks of a context, by pages of two, newest first; artifacts and states when they are asked for.
func list(ctx context.Context, _ *session, agent Agent) error {
	var ids []string
	contextID := ""
	for range 3 {
		message := text("tck-artifact-text")
		message.ContextID = contextID
		task, err := sendForTask(ctx, agent, message, "completed")
		if err != nil {
			return err
		}
		contextID = task.ContextID
		ids = append(ids, task.ID)
	}
	slices.Reverse(ids)

	page, err := agent.List(ctx, Query{ContextID: contextID, PageSize: 2})
	if err != nil {
		return fmt.Errorf("list: %w", err)
	}
	if err := same("first page", idsOf(page), ids[:2]); err != nil {
		return err
	}
	if page.Total != 3 || page.Next == "" {
		return fmt.Errorf("first page: total %d and token %q, expected 3 and a token", page.Total, page.Next)
	}
	if len(page.Tasks[0].Artifacts) != 0 {
		return fmt.Errorf("artifacts are listed without being asked for")
	}
	page, err = agent.List(ctx, Query{ContextID: contextID, PageSize: 2, PageToken: page.Next, Artifacts: true})
	if err != nil {
		return fmt.Errorf("second page: %w", err)
	}
	if err := same("second page", idsOf(page), ids[2:]); err != nil {
		return err
	}
	if page.Next != "" {
		return fmt.Errorf("the last page has a token: %q", page.Next)
	}
	if err := same("artifacts", partsOf(page.Tasks[0].Artifacts), [][]Part{{{Text: "Generated text content"}}}); err != nil {
		return err
	}
	for state, want := range map[string]int{"completed": 3, "working": 0} {
		page, err = agent.List(ctx, Query{ContextID: contextID, State: state})
		if err != nil {
			return fmt.Errorf("list of %s tasks: %w", state, err)
		}
		if err := same("how many are "+state, len(page.Tasks), want); err != nil {
			return err
		}
	}
	return nil
}

func idsOf(page *Page) []string {
	ids := make([]string, len(page.Tasks))
	for i, task := range page.Tasks {
		ids[i] = task.ID
	}
	return ids
}
