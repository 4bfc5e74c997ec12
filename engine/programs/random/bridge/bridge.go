// Package bridge describes the Terraform provider for random values as a Pulumi provider.
package bridge

import (
	pfbridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	tokenrules "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/terraform-providers/terraform-provider-random/exported"
)

const (
	// Name of the provider and of its npm package, @pulumi/random.
	Name    = "random"
	version = "4.21.2"
)

// Provider maps `random_password` to `RandomPassword`, as npm's @pulumi/random has it.
func Provider() tfbridge.ProviderInfo {
	provider := tfbridge.ProviderInfo{
		P:            pfbridge.ShimProvider(exported.New()),
		Name:         Name,
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata([]byte("{}")),
	}
	provider.MustComputeTokens(tokenrules.SingleModule("random_", "index", prefixed))
	return provider
}

func prefixed(module, name string) (string, error) {
	return tokenrules.MakeStandard(Name)(module, "Random"+name)
}
