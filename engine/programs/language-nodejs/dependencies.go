package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// About tells which Node and package manager a program would run with. The CLI asks before each
// operation and waits, so the two versions are looked up side by side.
func (h *host) About(
	ctx context.Context, req *pulumirpc.AboutRequest,
) (*pulumirpc.AboutResponse, error) {
	metadata := make(chan map[string]string, 1)
	go func() { metadata <- packageManagerMetadata(req.Info) }()
	node, err := lookUpNode()
	if err != nil {
		return nil, err
	}
	version, err := exec.CommandContext(ctx, node, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("could not ask %s for its version: %w", node, err)
	}
	return &pulumirpc.AboutResponse{
		Executable: node,
		Version:    strings.TrimSpace(string(version)),
		Metadata:   <-metadata,
	}, nil
}

// packageManagerMetadata is empty where no package manager is: Node can run programs even there.
func packageManagerMetadata(info *pulumirpc.ProgramInfo) map[string]string {
	manager, err := packageManager(info)
	if err != nil {
		return map[string]string{}
	}
	metadata := map[string]string{"packagemanager": manager.Name()}
	if version := packageManagerVersion(manager); version != "" {
		metadata["packagemanagerVersion"] = version
	}
	return metadata
}

// packageManagerVersion reads the manifest that the manager's command belongs to: to run npm only
// for its version takes longer than all else that the CLI does before a program starts.
func packageManagerVersion(manager npm.PackageManager) string {
	if command, err := exec.LookPath(manager.Name()); err == nil {
		if script, err := filepath.EvalSymlinks(command); err == nil {
			if version := manifestVersion(manager.Name(), filepath.Dir(script)); version != "" {
				return version
			}
		}
	}
	version, err := manager.Version()
	if err != nil {
		return ""
	}
	return version.String()
}

// manifestVersion is the version of the package by that name whose folder is dir or one above it.
func manifestVersion(name, dir string) string {
	var manifest struct{ Name, Version string }
	content, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err == nil && json.Unmarshal(content, &manifest) == nil && manifest.Name == name {
		return manifest.Version
	}
	if parent := filepath.Dir(dir); parent != dir {
		return manifestVersion(name, parent)
	}
	return ""
}

func packageManager(info *pulumirpc.ProgramInfo) (npm.PackageManager, error) {
	opts, err := parseOptions(info)
	if err != nil {
		return nil, err
	}
	return npm.ResolvePackageManager(opts.packageManager, info.GetProgramDirectory())
}
