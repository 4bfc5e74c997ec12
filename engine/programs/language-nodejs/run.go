package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

const (
	// exitAfterReport is the SDK's exit code for "failed, and the user was told why".
	exitAfterReport = 32
	// graceTime is what an interrupted program has before it is killed.
	graceTime = 5 * time.Second
)

// Run runs a program and reports how it ended. Its output goes to this process's own, which the
// engine shows under "Diagnostics" of the stack.
func (h *host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	cmd, end, err := h.programCommand(ctx, req)
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	defer end()
	stderr := &memoryWatch{out: os.Stderr}
	// Wrapped, so that Node gets pipes: it changes the mode of descriptors that it shares.
	cmd.Stdout, cmd.Stderr = struct{ io.Writer }{os.Stdout}, stderr

	return runResponse(cmd.Run(), stderr.exhausted), nil
}

func (h *host) programCommand(
	ctx context.Context, req *pulumirpc.RunRequest,
) (*exec.Cmd, func(), error) {
	if h.engineAddress == "" {
		return nil, nil, errors.New("the engine must call Handshake before Run")
	}
	opts, err := parseOptions(req.Info)
	if err != nil {
		return nil, nil, err
	}
	node, err := lookUpNode()
	if err != nil {
		return nil, nil, err
	}
	script, err := locateModule(ctx, node, overridable(runScript), req.Info.ProgramDirectory)
	if err != nil {
		return nil, nil, err
	}
	env, err := runEnvironment(req, opts)
	if err != nil {
		return nil, nil, err
	}
	cmd, end := h.command(ctx, node, h.runArguments(req, script, opts))
	cmd.Env = append(os.Environ(), env...)
	return cmd, end, nil
}

// command is interrupted when the call, the engine or this host ends, and killed after a grace time.
// `end` must be called once it has ended.
func (h *host) command(ctx context.Context, name string, args []string) (*exec.Cmd, func()) {
	running, cancel := context.WithCancel(h.ctx)
	detach := context.AfterFunc(ctx, cancel)
	h.programs.Add(1)
	cmd := exec.CommandContext(running, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = graceTime
	return cmd, func() {
		detach()
		cancel()
		h.programs.Done()
	}
}

func runResponse(err error, memoryExhausted bool) *pulumirpc.RunResponse {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}
	case !errors.As(err, &exit):
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("could not run the program: %v", err)}
	case exit.ExitCode() == exitAfterReport:
		return &pulumirpc.RunResponse{Bail: true}
	case memoryExhausted:
		return &pulumirpc.RunResponse{Error: "the program ran out of memory (" + exit.String() +
			"): raise its limit, e.g. NODE_OPTIONS=--max-old-space-size=8192"}
	default:
		return &pulumirpc.RunResponse{Error: "the program failed: " + exit.String()}
	}
}

// memoryWatch passes output on, and notices V8's message about an exhausted heap.
type memoryWatch struct {
	out       io.Writer
	exhausted bool
}

func (w *memoryWatch) Write(text []byte) (int, error) {
	if bytes.Contains(text, []byte("JavaScript heap out of memory")) {
		w.exhausted = true
	}
	return w.out.Write(text)
}
