// An agent on a2a-go v2.4.0 with the behaviours of the conformance agent that the checks need, on every binding in both
// versions. The checks of its own client against it tell the peer's faults from ours.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"

	"github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2acompat/a2av0"
	grpcv0 "github.com/a2aproject/a2a-go/v2/a2agrpc/v0"
	grpcv1 "github.com/a2aproject/a2a-go/v2/a2agrpc/v1"
	"github.com/a2aproject/a2a-go/v2/a2asrv"
	a2apush "github.com/a2aproject/a2a-go/v2/a2asrv/push"
	"github.com/a2aproject/a2a-go/v2/a2asrv/taskstore"
	"google.golang.org/grpc"
)

func main() {
	httpPort := flag.Int("httpPort", 0, "the port of the card, JSON-RPC and HTTP+JSON")
	grpcPort := flag.Int("grpcPort", 0, "the port of gRPC")
	flag.Parse()
	http, grpc := listen(*httpPort), listen(*grpcPort)
	fmt.Printf("http http://%s\ngrpc %s\n", http.Addr(), grpc.Addr())
	log.Fatal(serve(http, grpc))
}

func listen(port int) net.Listener {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		log.Fatal(err)
	}
	return listener
}

func serve(httpListener, grpcListener net.Listener) error {
	card := agentCard("http://"+httpListener.Addr().String(), grpcListener.Addr().String())
	handler := a2asrv.NewHandler(behaviours{},
		a2asrv.WithCapabilityChecks(&card.Capabilities),
		a2asrv.WithExtendedAgentCard(extended(card)),
		a2asrv.WithTaskStore(taskstore.NewInMemory(&taskstore.InMemoryStoreConfig{Authenticator: everyone})),
		a2asrv.WithPushNotifications(a2apush.NewInMemoryStore(),
			a2apush.NewHTTPPushSender(&a2apush.HTTPSenderConfig{AllowPrivateNetworks: true})))

	grpcServer := grpc.NewServer()
	grpcv1.NewHandler(handler).RegisterWith(grpcServer)
	grpcv0.NewHandler(handler).RegisterWith(grpcServer)
	go func() { log.Fatal(grpcServer.Serve(grpcListener)) }()

	mux := http.NewServeMux()
	mux.Handle(a2asrv.WellKnownAgentCardPath, a2asrv.NewAgentCardHandler(a2av0.NewStaticAgentCardProducer(card)))
	mux.Handle("/jsonrpc", a2asrv.NewJSONRPCHandler(handler))
	mux.Handle("/jsonrpc/v0", a2av0.NewJSONRPCHandler(handler))
	mux.Handle("/rest/", http.StripPrefix("/rest", a2asrv.NewRESTHandler(handler)))
	mux.Handle("/rest/v1/", http.StripPrefix("/rest", a2av0.NewRESTHandler(handler)))
	return http.Serve(httpListener, mux)
}

// extended is the card with a skill more.
func extended(card *a2a.AgentCard) *a2a.AgentCard {
	more := *card
	more.Skills = append([]a2a.AgentSkill{{ID: "more", Name: "More", Description: "Not for everybody", Tags: []string{"test"}}}, card.Skills...)
	return &more
}

func agentCard(http, grpc string) *a2a.AgentCard {
	card := &a2a.AgentCard{
		Name:               "a2a-go v2.4.0",
		Description:        "An agent for interop tests",
		Version:            "1.0.0",
		DefaultInputModes:  []string{"text/plain"},
		DefaultOutputModes: []string{"text/plain"},
		Capabilities:       a2a.AgentCapabilities{Streaming: true, PushNotifications: true, ExtendedAgentCard: true},
		Skills:             []a2a.AgentSkill{{ID: "conformance", Name: "Conformance", Description: "Behaves as asked", Tags: []string{"test"}}},
	}
	for _, version := range []a2a.ProtocolVersion{a2a.Version, a2av0.Version} {
		jsonrpc := http + "/jsonrpc"
		if version == a2av0.Version {
			jsonrpc += "/v0"
		}
		card.SupportedInterfaces = append(card.SupportedInterfaces,
			&a2a.AgentInterface{URL: jsonrpc, ProtocolBinding: a2a.TransportProtocolJSONRPC, ProtocolVersion: version},
			&a2a.AgentInterface{URL: http + "/rest", ProtocolBinding: a2a.TransportProtocolHTTPJSON, ProtocolVersion: version},
			&a2a.AgentInterface{URL: grpc, ProtocolBinding: a2a.TransportProtocolGRPC, ProtocolVersion: version})
	}
	return card
}
