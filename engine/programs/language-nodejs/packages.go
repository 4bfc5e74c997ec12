package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// manifest is what matters here of a package.json.
type manifest struct {
	Name    string                  `json:"name"`
	Version string                  `json:"version"`
	Pulumi  plugin.PulumiPluginJSON `json:"pulumi"`
}

// GetRequiredPackages lists the providers of the installed packages, so that the engine has their
// plugins before the program asks for them. Packages that can't be read are left out: the engine
// then loads the plugin when a resource needs it.
func (h *host) GetRequiredPackages(
	_ context.Context, req *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	packages, err := requiredPackages(req.Info.GetProgramDirectory())
	if err != nil {
		fmt.Fprintln(os.Stderr, "warning: while looking for providers:", err)
	}
	return &pulumirpc.GetRequiredPackagesResponse{Packages: packages}, nil
}

func requiredPackages(programDir string) ([]*pulumirpc.PackageDependency, error) {
	search := packageSearch{visited: map[string]bool{}}
	search.program(programDir)
	return search.found, errors.Join(search.problems...)
}

type packageSearch struct {
	visited  map[string]bool // real paths: workspaces link in circles
	found    []*pulumirpc.PackageDependency
	problems []error
}

// program looks at the node_modules of a folder and of those above it, as Node would resolve from
// there: in a workspace packages are hoisted to its root.
func (s *packageSearch) program(dir string) {
	for {
		s.modules(filepath.Join(dir, "node_modules"))
		if dir == filepath.Dir(dir) {
			return
		}
		dir = filepath.Dir(dir)
	}
}

func (s *packageSearch) modules(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		s.note(err)
		return
	}
	for _, entry := range entries {
		name, path := entry.Name(), filepath.Join(dir, entry.Name())
		switch {
		case strings.HasPrefix(name, "."): // .bin, .package-lock.json, pnpm's store (linked from here)
		case strings.HasPrefix(name, "@"):
			s.modules(path)
		default:
			s.pkg(path)
		}
	}
}

func (s *packageSearch) pkg(dir string) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil || s.visited[real] {
		s.note(err)
		return
	}
	s.visited[real] = true
	if _, err := os.Stat(filepath.Join(real, "PulumiPolicy.yaml")); err == nil {
		return // a policy pack runs on its own: its providers are not the program's
	}
	s.manifest(filepath.Join(real, "package.json"))
	s.modules(filepath.Join(real, "node_modules"))
}

func (s *packageSearch) manifest(path string) {
	content, err := os.ReadFile(path)
	if err != nil {
		s.note(err)
		return
	}
	// Most packages have nothing to do with Pulumi: parsing them all would take most of the time.
	if !strings.Contains(string(content), `"pulumi"`) {
		return
	}
	var parsed manifest
	if err := json.Unmarshal(content, &parsed); err != nil {
		s.problems = append(s.problems, fmt.Errorf("%s: %w", path, err))
		return
	}
	if !parsed.Pulumi.Resource {
		return
	}
	dependency, err := parsed.dependency()
	if err != nil {
		s.problems = append(s.problems, fmt.Errorf("%s: %w", path, err))
		return
	}
	s.found = append(s.found, dependency)
}

func (s *packageSearch) note(err error) {
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
		s.problems = append(s.problems, err)
	}
}

func (m manifest) dependency() (*pulumirpc.PackageDependency, error) {
	name, version := m.Pulumi.Name, m.Pulumi.Version
	if name == "" {
		// Only Pulumi's own scope may leave the plugin's name to be derived.
		short, own := strings.CutPrefix(m.Name, "@pulumi/")
		if !own {
			return nil, fmt.Errorf("package %q must name its plugin: add \"pulumi\": {\"name\": ...}",
				m.Name)
		}
		name = short
	}
	if version == "" {
		version = m.Version
	}
	if version == "" {
		return nil, fmt.Errorf("package %q has no version", m.Name)
	}
	return &pulumirpc.PackageDependency{
		Name:             name,
		Kind:             "resource",
		Version:          "v" + strings.TrimPrefix(version, "v"),
		Server:           m.Pulumi.Server,
		Parameterization: parameterization(m.Pulumi.Parameterization),
		Extension:        parameterization(m.Pulumi.ExtensionParameterization),
	}, nil
}

func parameterization(p *plugin.PulumiParameterizationJSON) *pulumirpc.PackageParameterization {
	if p == nil {
		return nil
	}
	return &pulumirpc.PackageParameterization{Name: p.Name, Version: p.Version, Value: p.Value}
}
