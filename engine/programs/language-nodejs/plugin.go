package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// RunPlugin runs a packaged component or a policy pack, and streams its output and exit code.
func (h *host) RunPlugin(
	req *pulumirpc.RunPluginRequest, stream pulumirpc.LanguageRuntime_RunPluginServer,
) error {
	output, stdout, stderr, err := rpcutil.MakeRunPluginStreams(stream, false)
	if err != nil {
		return err
	}
	cmd, end, err := h.pluginCommand(stream.Context(), req)
	if err != nil {
		return errors.Join(err, output.Close())
	}
	defer end()
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if isPolicyPack(req) {
		err = runPolicyPack(stream.Context(), cmd, stdout)
	} else {
		err = cmd.Run()
	}
	return errors.Join(reportExit(stream, err), output.Close())
}

func (h *host) pluginCommand(
	ctx context.Context, req *pulumirpc.RunPluginRequest,
) (*exec.Cmd, func(), error) {
	opts, err := parseOptions(req.Info)
	if err != nil {
		return nil, nil, err
	}
	node, err := lookUpNode()
	if err != nil {
		return nil, nil, err
	}
	dir, module := req.Info.ProgramDirectory, overridable(runPluginScript)
	if isPolicyPack(req) {
		module = runPolicyScript
	}
	script, err := locateModule(ctx, node, module, dir)
	if err != nil {
		return nil, nil, err
	}
	cmd, end := h.command(ctx, node, pluginArguments(req, script, opts))
	cmd.Dir = req.Pwd
	if isPolicyPack(req) {
		cmd.Dir = dir // policy packs resolve their files against their own folder
	}
	cmd.Env = append(append([]string{}, req.Env...), opts.environment()...)
	return cmd, end, nil
}

// pluginArguments: the SDK's script for policy packs takes the folder after the engine's arguments,
// the one for other plugins before them.
func pluginArguments(req *pulumirpc.RunPluginRequest, script string, opts options) []string {
	args := append(append([]string{}, opts.nodeArgs...), script)
	if isPolicyPack(req) {
		return append(append(args, req.Args...), req.Info.ProgramDirectory)
	}
	return append(append(args, req.Info.ProgramDirectory), req.Args...)
}

func isPolicyPack(req *pulumirpc.RunPluginRequest) bool {
	return req.Kind == string(apitype.AnalyzerPlugin)
}

// runPolicyPack starts a policy pack once the engine has told the stack's configuration, which the
// SDK reads from the environment: the proxy takes the engine's calls until the pack itself does.
func runPolicyPack(ctx context.Context, cmd *exec.Cmd, stdout io.Writer) error {
	proxy, proxied, err := sdk.NewPolicyProxy(ctx, stdout)
	if err != nil {
		return fmt.Errorf("could not stand in for the policy pack: %w", err)
	}
	cmd.Stdout = proxied
	configuration, err := proxy.AwaitConfiguration(ctx)
	if err != nil {
		return fmt.Errorf("the engine did not tell the stack's configuration: %w", err)
	}
	env, err := policyEnvironment(configuration)
	if err != nil {
		proxy.Abort(err)
		return err
	}
	cmd.Env = append(cmd.Env, env...)
	if err := cmd.Start(); err != nil {
		proxy.Abort(err)
		return err
	}
	return proxy.Attach(ctx, cmd) // waits for the command's end
}

func policyEnvironment(stack *pulumirpc.AnalyzerStackConfigureRequest) ([]string, error) {
	if stack == nil {
		return nil, nil
	}
	env := []string{
		"PULUMI_NODEJS_ORGANIZATION=" + stack.Organization,
		"PULUMI_NODEJS_PROJECT=" + stack.Project,
		"PULUMI_NODEJS_STACK=" + stack.Stack,
		"PULUMI_NODEJS_DRY_RUN=" + strconv.FormatBool(stack.DryRun),
	}
	if stack.Config == nil {
		return env, nil
	}
	values, err := json.Marshal(stack.Config)
	if err != nil {
		return nil, fmt.Errorf("could not encode the stack's configuration: %w", err)
	}
	return append(env, "PULUMI_CONFIG="+string(values)), nil
}

// reportExit: only a process that ran has an exit code to report; the rest is the host's error.
func reportExit(stream pulumirpc.LanguageRuntime_RunPluginServer, err error) error {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	code := 0
	if exit != nil {
		code = exit.ExitCode()
	}
	return stream.Send(&pulumirpc.RunPluginResponse{
		Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(code)},
	})
}
