package check

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// What a check may take. The slowest waits for a task that the agent ends after four seconds.
const timeLimit = 30 * time.Second

// Credential is the bearer token that the agent takes.
const credential = "itk-valid-token"

// session is what the checks share.
type session struct {
	target      Target
	connect     Connect
	webhookHost string
}

type check struct {
	name string
	run  func(ctx context.Context, s *session, agent Agent) error
}

var checks = []check{
	{"unary", unary},
	{"stream", stream},
	{"message", message},
	{"multi-turn", multiTurn},
	{"cancel", cancel},
	{"resubscribe", resubscribe},
	{"push", push},
	{"push-configs", pushConfigs},
	{"list", list},
	{"errors", errorsByType},
	{"files", files},
	{"data", data},
	{"extended-card", extendedCard},
}

// Main runs the checks with the SDK that connect is of, side by side, and prints a line for each in the order of the list.
// The program's arguments say which agent to call: the URL under which its card is, the binding and the version.
func Main(connect Connect) {
	flags := flag.NewFlagSet("peer", flag.ExitOnError)
	webhookHost := flags.String("webhook-host", "127.0.0.1", "the host under which the agent reaches this program")
	only := flags.String("only", "", "the checks to run, separated by commas: all of them by default")
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: PROGRAM <url> <JSONRPC|HTTP+JSON|GRPC> <1.0|0.3> [--webhook-host HOST] [--only CHECK,…]")
		os.Exit(2)
	}
	_ = flags.Parse(os.Args[4:])
	s := &session{
		target:      Target{URL: os.Args[1], Binding: os.Args[2], Version: os.Args[3]},
		connect:     connect,
		webhookHost: *webhookHost,
	}

	chosen := checks
	if *only != "" {
		names := strings.Split(*only, ",")
		chosen = slices.DeleteFunc(chosen, func(check check) bool { return !slices.Contains(names, check.name) })
	}
	results := make([]error, len(chosen))
	var running sync.WaitGroup
	for i, check := range chosen {
		running.Go(func() { results[i] = s.run(check) })
	}
	running.Wait()
	for i, check := range chosen {
		report(check.name, results[i])
	}
}

// run makes a client for one check and runs it. A panic of the SDK fails that check only.
func (s *session) run(check check) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	ctx, stop := context.WithTimeout(context.Background(), timeLimit)
	defer stop()
	agent, err := s.connect(ctx, s.target, credential)
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	return check.run(ctx, s, agent)
}

func report(name string, err error) {
	line := struct {
		Check  string `json:"check"`
		Result string `json:"result"`
		Detail string `json:"detail,omitempty"`
	}{Check: name, Result: "passed"}
	if err != nil {
		line.Result, line.Detail = "failed", err.Error()
	}
	if errors.Is(err, ErrNotOffered) {
		line.Result = "not offered"
	}
	_ = json.NewEncoder(os.Stdout).Encode(line)
}
