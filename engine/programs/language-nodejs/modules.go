package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	runScript        = "@pulumi/pulumi/cmd/run"
	runPluginScript  = "@pulumi/pulumi/cmd/run-plugin"
	runPolicyScript  = "@pulumi/pulumi/cmd/run-policy-pack"
	runPathOverride  = "PULUMI_LANGUAGE_NODEJS_RUN_PATH"
	installationHint = "run `npm install` (or `pulumi install`) there"
)

func lookUpNode() (string, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return "", fmt.Errorf("could not find `node` on the PATH: install Node.js: %w", err)
	}
	return node, nil
}

// locateModule finds a module as Node would from `dir`. Walking up the node_modules folders saves a
// start of Node; what that doesn't find (Plug'n'Play, custom paths) Node itself is asked for.
func locateModule(ctx context.Context, node, module, dir string) (string, error) {
	for folder := dir; ; folder = filepath.Dir(folder) {
		index := filepath.Join(folder, "node_modules", filepath.FromSlash(module), "index.js")
		if real, err := filepath.EvalSymlinks(index); err == nil {
			return real, nil
		} else if !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("could not look for %s: %w", module, err)
		}
		if folder == filepath.Dir(folder) {
			break
		}
	}
	ask := exec.CommandContext(ctx, node, "-p", fmt.Sprintf("require.resolve(%q)", module))
	ask.Dir = dir
	answer, err := ask.Output()
	if err != nil {
		return "", fmt.Errorf("the Pulumi SDK (@pulumi/pulumi) is not installed in %s: %s",
			dir, installationHint)
	}
	return strings.TrimSpace(string(answer)), nil
}

func overridable(script string) string {
	if path := os.Getenv(runPathOverride); path != "" {
		return path
	}
	return script
}
