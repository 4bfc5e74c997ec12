package main

import (
	"fmt"
	"strings"

	"github.com/google/shlex"
	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// options are what `runtime.options` of Pulumi.yaml may say.
type options struct {
	typescript     bool
	tsconfig       string
	nodeArgs       []string
	packageManager npm.PackageManagerType
	production     bool
}

var packageManagers = map[string]npm.PackageManagerType{
	"auto": npm.AutoPackageManager,
	"npm":  npm.NpmPackageManager,
	"pnpm": npm.PnpmPackageManager,
	"yarn": npm.YarnPackageManager,
	"bun":  npm.BunPackageManager,
}

func parseOptions(info *pulumirpc.ProgramInfo) (options, error) {
	given := info.GetOptions().AsMap()
	parsed := options{typescript: true, packageManager: npm.AutoPackageManager}
	nodeArgs, packageManager := "", "auto"
	for name, target := range map[string]any{
		"typescript":     &parsed.typescript,
		"tsconfig":       &parsed.tsconfig,
		"production":     &parsed.production,
		"nodeargs":       &nodeArgs,
		"packagemanager": &packageManager,
	} {
		if err := readOption(given, name, target); err != nil {
			return options{}, err
		}
	}

	manager, known := packageManagers[packageManager]
	if !known {
		return options{}, fmt.Errorf("runtime option packagemanager is %q: "+
			"write auto, npm, pnpm, yarn or bun in Pulumi.yaml", packageManager)
	}
	parsed.packageManager = manager

	words, err := shlex.Split(nodeArgs)
	if err != nil {
		return options{}, fmt.Errorf("runtime option nodeargs is %q: %w", nodeArgs, err)
	}
	parsed.nodeArgs = words
	return parsed, nil
}

func readOption(given map[string]any, name string, target any) error {
	value, present := given[name]
	if !present {
		return nil
	}
	switch target := target.(type) {
	case *bool:
		if flag, ok := value.(bool); ok {
			*target = flag
			return nil
		}
		return fmt.Errorf("runtime option %s is %v: write true or false in Pulumi.yaml", name, value)
	case *string:
		if text, ok := value.(string); ok {
			*target = text
			return nil
		}
	}
	return fmt.Errorf("runtime option %s is %v: write a string in Pulumi.yaml", name, value)
}

// environment is what the SDK's scripts read instead of arguments.
func (o options) environment() []string {
	var env []string
	if o.typescript {
		env = append(env, "PULUMI_NODEJS_TYPESCRIPT=true")
	}
	if strings.TrimSpace(o.tsconfig) != "" {
		env = append(env, "PULUMI_NODEJS_TSCONFIG_PATH="+o.tsconfig)
	}
	return env
}
