package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// runArguments is Node's command line: `[node arguments] run-script [flags] entry-point [arguments]`.
func (h *host) runArguments(req *pulumirpc.RunRequest, script string, opts options) []string {
	args := append(append([]string{}, opts.nodeArgs...), script)
	for _, flag := range []struct{ name, value string }{
		{"monitor", req.MonitorAddress},
		{"engine", h.engineAddress},
		{"organization", req.Organization},
		{"project", req.Project},
		{"stack", req.Stack},
		{"root-directory", req.Info.GetRootDirectory()},
		{"pwd", req.Info.GetProgramDirectory()},
		{"parallel", strconv.Itoa(int(req.Parallel))},
		{"tracing", h.tracing},
	} {
		if flag.value != "" {
			args = append(args, "--"+flag.name, flag.value)
		}
	}
	if req.DryRun {
		args = append(args, "--dry-run")
	}
	return append(append(args, req.Info.GetEntryPoint()), req.Args...)
}

// runEnvironment carries the stack's configuration: arguments would show secrets in process lists.
func runEnvironment(req *pulumirpc.RunRequest, opts options) ([]string, error) {
	values := make(map[string]string, len(req.Config))
	for key, value := range req.Config {
		parsed, err := config.ParseKey(key)
		if err != nil {
			return nil, fmt.Errorf("configuration key %q: %w", key, err)
		}
		// The SDK reads `namespace:config:name`.
		values[parsed.Namespace()+":config:"+parsed.Name()] = value
	}
	valuesJSON, err := json.Marshal(values)
	if err != nil {
		return nil, fmt.Errorf("could not encode the configuration: %w", err)
	}
	secretKeys := req.ConfigSecretKeys
	if secretKeys == nil {
		secretKeys = []string{}
	}
	secretKeysJSON, err := json.Marshal(secretKeys)
	if err != nil {
		return nil, fmt.Errorf("could not encode the keys of secrets: %w", err)
	}
	return append(opts.environment(),
		"PULUMI_CONFIG="+string(valuesJSON),
		"PULUMI_CONFIG_SECRET_KEYS="+string(secretKeysJSON),
	), nil
}
