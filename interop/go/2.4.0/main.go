// What a2a-go v2.4.0 does with an agent, in protocol version 1.0 and, by its compatibility packages, in 0.3.
package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2aclient"
	"github.com/a2aproject/a2a-go/v2/a2aclient/agentcard"
	"github.com/a2aproject/a2a-go/v2/a2acompat/a2av0"
	grpcv0 "github.com/a2aproject/a2a-go/v2/a2agrpc/v0"
	grpcv1 "github.com/a2aproject/a2a-go/v2/a2agrpc/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"interop/check"
)

func main() { check.Main(connect) }

// The transports of each version: the factory takes the newest version of the card that it has a transport for, so a
// client of 0.3 must not have any of 1.0.
var transports = map[string]map[string]a2aclient.FactoryOption{
	"1.0": {
		"JSONRPC":   a2aclient.WithJSONRPCTransport(nil),
		"HTTP+JSON": a2aclient.WithRESTTransport(nil),
		"GRPC":      grpcv1.WithGRPCTransport(grpc.WithTransportCredentials(insecure.NewCredentials())),
	},
	"0.3": {
		"JSONRPC":   a2av0.WithJSONRPCTransport(a2av0.JSONRPCTransportConfig{}),
		"HTTP+JSON": a2av0.WithRESTTransport(a2av0.RESTTransportConfig{}),
		"GRPC":      grpcv0.WithGRPCTransport(grpc.WithTransportCredentials(insecure.NewCredentials())),
	},
}

func connect(ctx context.Context, target check.Target, credential string) (check.Agent, error) {
	transport, ok := transports[target.Version][target.Binding]
	if !ok {
		return nil, fmt.Errorf("%s in version %s: %w", target.Binding, target.Version, check.ErrNotOffered)
	}
	parser := agentcard.DefaultCardParser
	if target.Version == "0.3" {
		parser = a2av0.NewAgentCardParser()
	}
	var unread error
	resolver := agentcard.NewResolver(nil)
	resolver.CardParser = func(body []byte) (*a2a.AgentCard, error) {
		card, err := parser(body)
		if err == nil {
			return card, nil
		}
		unread = fmt.Errorf("the card can't be read: %w", err)
		return parser(plainScopes(body))
	}
	card, err := resolver.Resolve(ctx, target.URL)
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
		a2aclient.WithCallInterceptors(&a2aclient.AuthInterceptor{Service: credentials}))
	if err != nil {
		return nil, err
	}
	return &agent{client: client, card: card, unread: unread, version: target.Version, binding: target.Binding}, nil
}

// plainScopes writes the scopes of the card's security requirements as the SDK reads them, a bare list. Version 1.0 says
// an object with a list.
func plainScopes(body []byte) []byte {
	var card map[string]json.RawMessage
	var requirements []struct {
		Schemes map[string]struct {
			List []string `json:"list"`
		} `json:"schemes"`
	}
	if json.Unmarshal(body, &card) != nil || json.Unmarshal(card["securityRequirements"], &requirements) != nil {
		return body
	}
	plain := make([]map[string]map[string][]string, len(requirements))
	for i, requirement := range requirements {
		schemes := map[string][]string{}
		for name, scopes := range requirement.Schemes {
			schemes[name] = scopes.List
		}
		plain[i] = map[string]map[string][]string{"schemes": schemes}
	}
	card["securityRequirements"], _ = json.Marshal(plain)
	rewritten, _ := json.Marshal(card)
	return rewritten
}

const session a2aclient.SessionID = "interop"

type agent struct {
	client  *a2aclient.Client
	card    *a2a.AgentCard
	unread  error
	version string
	binding string
}
