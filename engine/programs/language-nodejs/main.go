// Command pulumi-language-nodejs is the language host that the Pulumi engine starts to run Node.js
// programs, policy packs and packaged components.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// version is that of the engine this host is built for; the build may set another.
var version = "3.274.1"

func main() {
	if err := serve(parseInvocation(os.Args[1:])); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-nodejs:", err)
		os.Exit(1)
	}
}

type invocation struct {
	engineAddress string
	tracing       string
	showVersion   bool
}

// parseInvocation ignores flags it doesn't know, so that a newer engine can start this host.
func parseInvocation(args []string) invocation {
	var call invocation
	for i := 0; i < len(args); i++ {
		name, value, assigned := strings.Cut(strings.TrimLeft(args[i], "-"), "=")
		switch {
		case !strings.HasPrefix(args[i], "-"):
			call.engineAddress = args[i]
		case name == "version":
			call.showVersion = true
		case name == "tracing" && assigned:
			call.tracing = value
		case name == "tracing" && i+1 < len(args):
			i++
			call.tracing = args[i]
		}
	}
	return call
}

func serve(call invocation) error {
	if call.showVersion {
		fmt.Println(version)
		return nil
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	host := newHost(ctx, call)
	if err := host.watchEngine(); err != nil {
		return err
	}
	// rpcutil stops the server when this channel is closed; `host.ctx` ends with a signal, with the
	// engine's Cancel, or with the engine itself.
	shutdown := make(chan bool)
	go func() {
		<-host.ctx.Done()
		host.programs.Wait()
		close(shutdown)
	}()
	server, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: shutdown,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
	})
	if err != nil {
		return fmt.Errorf("could not listen for the engine: %w", err)
	}
	fmt.Println(server.Port) // the engine reads the port from the first line
	if err := <-server.Done; err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("stopped serving the engine: %w", err)
	}
	return nil
}
