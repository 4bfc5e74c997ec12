package main

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestRunResponse(t *testing.T) {
	exit := func(code string) error { return exec.Command("sh", "-c", "exit "+code).Run() }
	if got := runResponse(nil, false); got.Bail || got.Error != "" {
		t.Errorf("success: %v", got)
	}
	if got := runResponse(exit("32"), false); !got.Bail || got.Error != "" {
		t.Errorf("reported failure: %v", got)
	}
	if got := runResponse(exit("3"), false); got.Bail || !strings.Contains(got.Error, "exit status 3") {
		t.Errorf("failure: %v", got)
	}
	if got := runResponse(exit("3"), true); !strings.Contains(got.Error, "max-old-space-size") {
		t.Errorf("out of memory: %v", got)
	}
	if got := runResponse(exec.Command("/does/not/exist").Run(), false); got.Error == "" {
		t.Errorf("not started: %v", got)
	}
}

func TestMemoryWatchPassesOutputOn(t *testing.T) {
	var out bytes.Buffer
	watch := &memoryWatch{out: &out}
	text := "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n"
	if _, err := watch.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if !watch.exhausted || out.String() != text {
		t.Errorf("exhausted: %v, passed on: %q", watch.exhausted, out.String())
	}
}

func TestCancelInterruptsPrograms(t *testing.T) {
	host := newHost(context.Background(), invocation{})
	cmd, end := host.command(context.Background(), "sh",
		[]string{"-c", `trap 'echo interrupted; exit 0' INT; echo ready; while :; do sleep 0.05; done`})
	var out readyBuffer
	out.ready = make(chan struct{})
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-out.ready
	if _, err := host.Cancel(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	_ = cmd.Wait()
	end()
	host.programs.Wait()
	if took := time.Since(started); took >= graceTime {
		t.Errorf("took %s: it was killed, not interrupted", took)
	}
	if !strings.Contains(out.text.String(), "interrupted") {
		t.Errorf("output: %q", out.text.String())
	}
}

// readyBuffer tells when the first output has come.
type readyBuffer struct {
	text  bytes.Buffer
	ready chan struct{}
}

func (b *readyBuffer) Write(text []byte) (int, error) {
	if b.text.Len() == 0 {
		defer close(b.ready)
	}
	return b.text.Write(text)
}
