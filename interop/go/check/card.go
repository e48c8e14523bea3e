package check

import (
	"context"
	"fmt"
)

// extendedCard: shown to whom the agent knows, with more skills than the card that everybody sees. Where the card demands credentials, refused to others.
func extendedCard(ctx context.Context, s *session, agent Agent) error {
	skills, err := agent.ExtendedCard(ctx)
	if err != nil {
		return fmt.Errorf("with credentials: %w", err)
	}
	if len(skills) <= len(agent.Skills()) {
		return fmt.Errorf("the extended card has no skill more than the other: %q", skills)
	}
	if !agent.Secured() {
		return nil
	}
	for _, credential := range []string{"", "no-such-token"} {
		stranger, err := s.connect(ctx, s.target, credential)
		if err != nil {
			return fmt.Errorf("connecting with the token %q: %w", credential, err)
		}
		_, err = stranger.ExtendedCard(ctx)
		if err := fails(fmt.Sprintf("extended card with the token %q", credential), err, ErrUnauthenticated); err != nil {
			return err
		}
	}
	return nil
}
