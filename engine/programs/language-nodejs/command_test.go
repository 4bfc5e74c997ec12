package main

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

func TestRunArguments(t *testing.T) {
	host := newHost(context.Background(), invocation{engineAddress: "engine:1"})
	req := &pulumirpc.RunRequest{
		MonitorAddress: "monitor:2",
		Organization:   "acme",
		Project:        "shop",
		Stack:          "dev",
		Parallel:       16,
		DryRun:         true,
		Args:           []string{"--of", "the program"},
		Info: &pulumirpc.ProgramInfo{
			RootDirectory: "/root dir", ProgramDirectory: "/root dir/program", EntryPoint: "bin/main.js",
		},
	}
	got := host.runArguments(req, "/sdk/run", options{nodeArgs: []string{"--enable-source-maps"}})
	want := []string{
		"--enable-source-maps", "/sdk/run",
		"--monitor", "monitor:2", "--engine", "engine:1", "--organization", "acme",
		"--project", "shop", "--stack", "dev", "--root-directory", "/root dir",
		"--pwd", "/root dir/program", "--parallel", "16", "--dry-run",
		"bin/main.js", "--of", "the program",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestRunEnvironment(t *testing.T) {
	cases := map[string]struct {
		req  *pulumirpc.RunRequest
		opts options
		want []string
	}{
		"nothing configured": {
			req:  &pulumirpc.RunRequest{},
			want: []string{"PULUMI_CONFIG={}", "PULUMI_CONFIG_SECRET_KEYS=[]"},
		},
		"keys in the SDK's form, secrets named": {
			req: &pulumirpc.RunRequest{
				Config:           map[string]string{"shop:password": "hunter2"},
				ConfigSecretKeys: []string{"shop:password"},
			},
			want: []string{
				`PULUMI_CONFIG={"shop:config:password":"hunter2"}`,
				`PULUMI_CONFIG_SECRET_KEYS=["shop:password"]`,
			},
		},
		"TypeScript with a configuration of its own": {
			req:  &pulumirpc.RunRequest{},
			opts: options{typescript: true, tsconfig: "tsconfig.pulumi.json"},
			want: []string{
				"PULUMI_NODEJS_TYPESCRIPT=true",
				"PULUMI_NODEJS_TSCONFIG_PATH=tsconfig.pulumi.json",
				"PULUMI_CONFIG={}", "PULUMI_CONFIG_SECRET_KEYS=[]",
			},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := runEnvironment(test.req, test.opts)
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %q, %v\nwant %q", got, err, test.want)
			}
		})
	}
}

func TestRunEnvironmentNamesABadKey(t *testing.T) {
	req := &pulumirpc.RunRequest{Config: map[string]string{"a:b:c:d": "1"}}
	if _, err := runEnvironment(req, options{}); err == nil || !strings.Contains(err.Error(), "a:b:c:d") {
		t.Errorf("got %v", err)
	}
}

func TestPluginArguments(t *testing.T) {
	info := &pulumirpc.ProgramInfo{ProgramDirectory: "/plugin"}
	opts := options{nodeArgs: []string{"--no-warnings"}}
	for kind, want := range map[string][]string{
		"resource": {"--no-warnings", "/sdk/script", "/plugin", "engine:1"},
		"analyzer": {"--no-warnings", "/sdk/script", "engine:1", "/plugin"},
	} {
		req := &pulumirpc.RunPluginRequest{Info: info, Kind: kind, Args: []string{"engine:1"}}
		if got := pluginArguments(req, "/sdk/script", opts); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, want %q", kind, got, want)
		}
	}
}

func TestParseOptions(t *testing.T) {
	parse := func(given map[string]any) (options, error) {
		values, err := structpb.NewStruct(given)
		if err != nil {
			t.Fatal(err)
		}
		return parseOptions(&pulumirpc.ProgramInfo{Options: values})
	}
	byDefault, err := parse(nil)
	if err != nil || !byDefault.typescript || len(byDefault.nodeArgs) != 0 {
		t.Errorf("by default: %+v, %v", byDefault, err)
	}
	given, err := parse(map[string]any{
		"typescript": false, "nodeargs": `--import "./a b.js" --trace-warnings`, "packagemanager": "pnpm",
	})
	want := []string{"--import", "./a b.js", "--trace-warnings"}
	if err != nil || given.typescript || !reflect.DeepEqual(given.nodeArgs, want) {
		t.Errorf("given: %+v, %v", given, err)
	}
	for option, value := range map[string]any{
		"typescript": "yes", "nodeargs": 1, "tsconfig": true, "packagemanager": "make", "production": "no",
	} {
		if _, err := parse(map[string]any{option: value}); err == nil ||
			!strings.Contains(err.Error(), option) {
			t.Errorf("%s = %v: got %v", option, value, err)
		}
	}
}

func TestParseInvocation(t *testing.T) {
	for line, want := range map[string]invocation{
		"127.0.0.1:1":                    {engineAddress: "127.0.0.1:1"},
		"--logtostderr -v=9 127.0.0.1:1": {engineAddress: "127.0.0.1:1"},
		"--tracing http://t 127.0.0.1:1": {engineAddress: "127.0.0.1:1", tracing: "http://t"},
		"-tracing=http://t 127.0.0.1:1":  {engineAddress: "127.0.0.1:1", tracing: "http://t"},
		"--version":                      {showVersion: true},
	} {
		if got := parseInvocation(strings.Fields(line)); got != want {
			t.Errorf("%s: got %+v", line, got)
		}
	}
}

func TestLocateModule(t *testing.T) {
	root := realTempDir(t)
	script := filepath.Join(root, "node_modules", "@pulumi", "pulumi", "cmd", "run", "index.js")
	writeFile(t, script, "")
	program := filepath.Join(root, "packages", "infra")
	if err := os.MkdirAll(program, 0o755); err != nil {
		t.Fatal(err)
	}
	got, err := locateModule(context.Background(), "node", runScript, program)
	if err != nil || got != script {
		t.Errorf("hoisted: got %q, %v", got, err)
	}
	_, err = locateModule(context.Background(), "node", runScript, realTempDir(t))
	if err == nil || !strings.Contains(err.Error(), "npm install") {
		t.Errorf("absent: got %v", err)
	}
}

func realTempDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
