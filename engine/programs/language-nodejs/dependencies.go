package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// InstallDependencies runs the project's package manager and streams what it prints.
func (h *host) InstallDependencies(
	req *pulumirpc.InstallDependenciesRequest,
	stream pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	opts, err := parseOptions(req.Info)
	if err != nil {
		return err
	}
	output, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(stream, req.IsTerminal)
	if err != nil {
		return err
	}
	root, err := installRoot(req.Info.ProgramDirectory)
	if err != nil {
		return errors.Join(err, output.Close())
	}
	fmt.Fprintf(stdout, "Installing dependencies in %s...\n", root)
	manager, err := npm.Install(
		stream.Context(), opts.packageManager, root, opts.production, stdout, stderr)
	if err != nil {
		return errors.Join(fmt.Errorf("%s install failed in %s: %w", manager, root, err), output.Close())
	}
	fmt.Fprintf(stdout, "Installed dependencies with %s\n", manager)
	return output.Close()
}

// installRoot is the workspace that the program belongs to, else the program's own folder.
func installRoot(programDir string) (string, error) {
	root, err := npm.FindWorkspaceRoot(programDir)
	switch {
	case errors.Is(err, npm.ErrNotInWorkspace):
		return programDir, nil
	case err != nil:
		return "", fmt.Errorf("could not look for a workspace around %s: %w", programDir, err)
	}
	return root, nil
}

// GetProgramDependencies lists npm packages, for `pulumi about` and the state's metadata.
func (h *host) GetProgramDependencies(
	ctx context.Context, req *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	manager, err := packageManager(req.Info)
	if err != nil {
		return nil, err
	}
	packages, err := manager.ListPackages(ctx, req.Info.ProgramDirectory, req.TransitiveDependencies)
	if err != nil {
		return nil, fmt.Errorf("could not list the packages of %s: %w", req.Info.ProgramDirectory, err)
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, pkg := range packages {
		response.Dependencies = append(response.Dependencies,
			&pulumirpc.DependencyInfo{Name: pkg.Name, Version: pkg.Version})
	}
	return response, nil
}

// About tells which Node and package manager a program would run with.
func (h *host) About(
	ctx context.Context, req *pulumirpc.AboutRequest,
) (*pulumirpc.AboutResponse, error) {
	node, err := lookUpNode()
	if err != nil {
		return nil, err
	}
	version, err := exec.CommandContext(ctx, node, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("could not ask %s for its version: %w", node, err)
	}
	about := &pulumirpc.AboutResponse{
		Executable: node,
		Version:    strings.TrimSpace(string(version)),
		Metadata:   map[string]string{},
	}
	manager, err := packageManager(req.Info)
	if err != nil {
		return about, nil // Node can run programs even where no package manager is
	}
	about.Metadata["packagemanager"] = manager.Name()
	if version, err := manager.Version(); err == nil {
		about.Metadata["packagemanagerVersion"] = version.String()
	}
	return about, nil
}

func packageManager(info *pulumirpc.ProgramInfo) (npm.PackageManager, error) {
	opts, err := parseOptions(info)
	if err != nil {
		return nil, err
	}
	return npm.ResolvePackageManager(opts.packageManager, info.GetProgramDirectory())
}
