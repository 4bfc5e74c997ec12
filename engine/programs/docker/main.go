// Command pulumi-resource-docker serves the resources of npm's @pulumi/docker by bridging the
// Terraform provider for Docker. The native `Image` resource is not part of it.
package main

import (
	"context"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	tokenrules "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-providers/terraform-provider-docker/exported"
)

const (
	name    = "docker"
	module  = "index"
	version = "5.2.0"
)

// emptySchema: the engine asks a bridged provider for values, never for its schema; the schema
// belongs to the SDK, which npm delivers.
const emptySchema = "{}"

func main() {
	tfbridge.Main(name, version, bridge(), []byte(emptySchema))
}

func bridge() tfbridge.ProviderInfo {
	provider := tfbridge.ProviderInfo{
		P:            shim.NewProvider(exported.New(version)()),
		Name:         name,
		Version:      version,
		Config:       config(),
		Resources:    renamedResources(),
		DataSources:  renamedDataSources(),
		MetadataInfo: tfbridge.NewProviderMetadata([]byte("{}")),
	}
	provider.MustComputeTokens(
		tokenrules.SingleModule("docker_", module, tokenrules.MakeStandard(name)))
	provider.MustApplyAutoAliases()
	provider.SetAutonaming(255, "-")
	return provider
}

func config() map[string]*tfbridge.SchemaInfo {
	return map[string]*tfbridge.SchemaInfo{
		"host": {Default: &tfbridge.DefaultInfo{
			EnvVars:        []string{"DOCKER_HOST"},
			ComputeDefault: localSocket,
		}},
		// The bridge would flatten the block to a single object; the SDK sends a list.
		"registry_auth": {Name: "registryAuth", MaxItemsOne: tfbridge.False()},
	}
}

func localSocket(context.Context, tfbridge.ComputeDefaultOptions) (any, error) {
	return "unix:///var/run/docker.sock", nil
}

// renamedResources lists what the SDK calls differently from the single-module rule.
func renamedResources() map[string]*tfbridge.ResourceInfo {
	return map[string]*tfbridge.ResourceInfo{
		"docker_config": {Tok: resource("ServiceConfig")},
		"docker_image": {
			Tok:    resource("RemoteImage"),
			Fields: map[string]*tfbridge.SchemaInfo{"name": {Name: "name"}},
		},
		"docker_container": {
			Tok:                 resource("Container"),
			DeleteBeforeReplace: true,
			Fields: map[string]*tfbridge.SchemaInfo{
				"command":           {Name: "command"},
				"networks_advanced": {Name: "networksAdvanced"},
			},
		},
	}
}

func renamedDataSources() map[string]*tfbridge.DataSourceInfo {
	return map[string]*tfbridge.DataSourceInfo{
		"docker_image": {Tok: "docker:index/getRemoteImage:getRemoteImage"},
	}
}

func resource(title string) tokens.Type {
	file := strings.ToLower(title[:1]) + title[1:]
	return tokens.Type(name + ":" + module + "/" + file + ":" + title)
}
