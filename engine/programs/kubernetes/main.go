// Command pulumi-resource-kubernetes serves the resources of npm's @pulumi/kubernetes. The module's
// own command can't be built from the module: files that its release generates are missing there.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

const (
	name    = "kubernetes"
	version = "4.25.0"
)

// The build copies both files out of the module, and writes the version into the schema.
var (
	//go:embed schema.json
	schema []byte

	//go:embed terraform-mapping.json
	terraformMapping []byte
)

func main() { provider.Serve(name, version, schema, terraformMapping) }
