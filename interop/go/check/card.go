package check

import (
	"context"
	"fmt"
)

// extendedCard: refused, where the card demands credentials, to whom the agent doesn't know, and shown to others with more
// skills than the card that everybody sees. A card that the SDK can't read by itself fails it after everything else.
func extendedCard(ctx context.Context, s *session, agent Agent) error {
	if agent.Secured() {
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
	}
	skills, err := agent.ExtendedCard(ctx)
	if err != nil {
		return fmt.Errorf("with credentials: %w", err)
	}
	if len(skills) <= len(agent.Skills()) {
		return fmt.Errorf("the extended card has no skill more than the other: %q", skills)
	}
	return agent.CardError()
}
