// What a2a-go v0.3.15 does with an agent.
package main

import (
	"context"
	"fmt"

	"github.com/a2aproject/a2a-go/a2a"
	"github.com/a2aproject/a2a-go/a2aclient"
	"github.com/a2aproject/a2a-go/a2aclient/agentcard"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"interop/check"
)

func main() { check.Main(connect) }

var transports = map[string]a2aclient.FactoryOption{
	"JSONRPC": a2aclient.WithJSONRPCTransport(nil),
	"GRPC":    a2aclient.WithGRPCTransport(grpc.WithTransportCredentials(insecure.NewCredentials())),
}

func connect(ctx context.Context, target check.Target, credential string) (check.Agent, error) {
	transport, ok := transports[target.Binding]
	if !ok || target.Version != "0.3" {
		return nil, fmt.Errorf("%s in version %s: %w", target.Binding, target.Version, check.ErrNotOffered)
	}
	card, err := agentcard.DefaultResolver.Resolve(ctx, target.URL)
	if err != nil {
		return nil, err
	}

	credentials := a2aclient.NewInMemoryCredentialsStore()
	if credential != "" {
		for scheme := range card.SecuritySchemes {
			credentials.Set(session, scheme, a2aclient.AuthCredential(credential))
		}
	}
	client, err := a2aclient.NewFromCard(ctx, card, a2aclient.WithDefaultsDisabled(), transport,
		a2aclient.WithInterceptors(&a2aclient.AuthInterceptor{Service: credentials}))
	if err != nil {
		return nil, err
	}
	return &agent{client: client, card: card}, nil
}

const session a2aclient.SessionID = "interop"

type agent struct {
	client *a2aclient.Client
	card   *a2a.AgentCard
}
