// Command schema writes the schema that the provider embeds: the build runs it first.
package main

import (
	"ha-store/engine/programs/random/bridge"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfgen"
)

func main() { tfgen.Main(bridge.Name, bridge.Provider()) }
