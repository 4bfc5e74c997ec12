// Command pulumi-resource-random serves the resources of npm's @pulumi/random by bridging the
// Terraform provider for random values.
package main

import (
	"context"
	_ "embed"

	"ha-store/engine/programs/random/bridge"

	pfbridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
)

// schema.json is written by the `schema` command before this one is built.
//
//go:embed schema.json
var schema []byte

func main() {
	pfbridge.Main(context.Background(), bridge.Name, bridge.Provider(),
		pfbridge.ProviderMetadata{PackageSchema: schema})
}
