package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

const engineCheckInterval = time.Minute

// host answers the engine's calls. What it doesn't implement (code generation, linking and packing
// of SDKs) answers Unimplemented, which the engine reports as such.
type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	engineAddress string
	tracing       string

	ctx    context.Context // ends when programs must stop
	cancel context.CancelFunc
	// programs counts running children, so that the host never leaves one behind.
	programs sync.WaitGroup
}

func newHost(parent context.Context, call invocation) *host {
	ctx, cancel := context.WithCancel(parent)
	return &host{engineAddress: call.engineAddress, tracing: call.tracing, ctx: ctx, cancel: cancel}
}

// watchEngine ends the host when its engine is gone, so that a killed engine leaves no orphans.
func (h *host) watchEngine() error {
	if h.engineAddress == "" {
		return nil
	}
	err := rpcutil.Healthcheck(h.ctx, h.engineAddress, engineCheckInterval, h.cancel)
	if err != nil {
		return fmt.Errorf("could not watch the engine at %s: %w", h.engineAddress, err)
	}
	return nil
}

func (h *host) Handshake(
	_ context.Context, req *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	if h.engineAddress != req.EngineAddress {
		h.engineAddress = req.EngineAddress
		if err := h.watchEngine(); err != nil {
			return nil, err
		}
	}
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version}, nil
}

func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.cancel()
	return &emptypb.Empty{}, nil
}

func (h *host) RuntimeOptionsPrompts(
	context.Context, *pulumirpc.RuntimeOptionsRequest,
) (*pulumirpc.RuntimeOptionsResponse, error) {
	return &pulumirpc.RuntimeOptionsResponse{}, nil
}

func (h *host) Template(
	context.Context, *pulumirpc.TemplateRequest,
) (*pulumirpc.TemplateResponse, error) {
	return &pulumirpc.TemplateResponse{}, nil
}
