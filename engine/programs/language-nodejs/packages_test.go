package main

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

func TestRequiredPackages(t *testing.T) {
	root := realTempDir(t)
	for path, manifest := range map[string]string{
		"node_modules/@pulumi/random": `{"name": "@pulumi/random", "version": "4.21.2",
			"pulumi": {"resource": true}}`,
		"node_modules/@acme/shop": `{"name": "@acme/shop", "version": "1.0.0",
			"pulumi": {"resource": true, "name": "shop", "version": "v2.0.0", "server": "https://acme.test"}}`,
		"node_modules/@pulumi/random/node_modules/@pulumi/docker": `{"name": "@pulumi/docker",
			"version": "5.2.0", "pulumi": {"resource": true}}`,
		"node_modules/library": `{"name": "library", "version": "1.0.0", "pulumi": {"resource": false}}`,
		"node_modules/policies": `{"name": "policies", "version": "1.0.0",
			"pulumi": {"resource": true, "name": "policies"}}`,
		"sdks/local": `{"name": "@acme/local", "version": "0.1.0", "pulumi": {"resource": true,
			"name": "terraform", "version": "1.2.3",
			"parameterization": {"name": "local", "version": "0.1.0", "value": "e30="}}}`,
	} {
		writeFile(t, filepath.Join(root, path, "package.json"), manifest)
	}
	writeFile(t, filepath.Join(root, "node_modules/policies/PulumiPolicy.yaml"), "runtime: nodejs\n")
	link := filepath.Join(root, "node_modules/@acme/local")
	if err := os.Symlink(filepath.Join(root, "sdks/local"), link); err != nil {
		t.Fatal(err)
	}
	circle := filepath.Join(root, "sdks/local/node_modules")
	if err := os.Symlink(filepath.Join(root, "node_modules"), circle); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(root, "infra")
	if err := os.Mkdir(program, 0o755); err != nil {
		t.Fatal(err)
	}

	found, err := requiredPackages(program)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, dependency := range found {
		text := dependency.Name + " " + dependency.Version + " " + dependency.Server
		if dependency.Parameterization != nil {
			text += dependency.Parameterization.Name + string(dependency.Parameterization.Value)
		}
		got = append(got, strings.TrimSpace(text))
	}
	sort.Strings(got)
	want := "docker v5.2.0, random v4.21.2, shop v2.0.0 https://acme.test, terraform v1.2.3 local{}"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestRequiredPackagesReportsWhatItCannotUse(t *testing.T) {
	root := realTempDir(t)
	writeFile(t, filepath.Join(root, "node_modules/broken/package.json"), `{"pulumi": `)
	writeFile(t, filepath.Join(root, "node_modules/nameless/package.json"),
		`{"name": "nameless", "version": "1.0.0", "pulumi": {"resource": true}}`)
	writeFile(t, filepath.Join(root, "node_modules/@pulumi/random/package.json"),
		`{"name": "@pulumi/random", "version": "4.21.2", "pulumi": {"resource": true}}`)

	found, err := requiredPackages(root)
	if len(found) != 1 {
		t.Errorf("found %v", found)
	}
	for _, part := range []string{"broken", "nameless", "must name its plugin"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %v", part, err)
		}
	}
}
