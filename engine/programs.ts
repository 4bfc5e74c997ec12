import type { BuildFolder } from "./build-folder.ts";
import { CLI_VERSION } from "./engine.ts";
import { copySchema, exportProvider, generateSchema } from "./prepare.ts";

/** A Go program of the engine; its module is the folder `engine/programs/<name>`. */
export interface Program {
  /** The folder's name. */
  name: string;
  /** What progress lines call it. */
  title: string;
  /** The executable's file name. */
  binary: string;
  /** The Go package to build: `.`, or one of another module. */
  package: string;
  /** Values that the linker sets: variable to value. */
  variables?: Record<string, string>;
  /** Set for a provider: what `pulumi plugin install` is told. */
  provider?: { name: string; version: string };
  /** Completes the sources in the build folder with what can't be imported from a module. */
  prepare?: (folder: BuildFolder) => Promise<void>;
}

/** Everything the engine is made of, in the order in which it is built. */
export const programs: readonly Program[] = [
  {
    name: "pulumi",
    title: "Pulumi CLI",
    binary: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${CLI_VERSION}` },
  },
  {
    name: "language-nodejs",
    title: "Node.js language host",
    binary: "pulumi-language-nodejs",
    package: ".",
    variables: { "main.version": CLI_VERSION },
  },
  {
    name: "docker",
    title: "Docker provider",
    binary: "pulumi-resource-docker",
    package: ".",
    provider: { name: "docker", version: "5.2.0" },
    prepare: exportProvider("github.com/terraform-providers/terraform-provider-docker"),
  },
  {
    name: "random",
    title: "random provider",
    binary: "pulumi-resource-random",
    package: ".",
    provider: { name: "random", version: "4.21.2" },
    prepare: async (folder) => {
      await exportProvider("github.com/terraform-providers/terraform-provider-random")(folder);
      await generateSchema(folder);
    },
  },
  {
    name: "kubernetes",
    title: "Kubernetes provider",
    binary: "pulumi-resource-kubernetes",
    package: ".",
    provider: { name: "kubernetes", version: "4.25.0" },
    prepare: copySchema({
      module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
      folder: "cmd/pulumi-resource-kubernetes",
      version: "4.25.0",
    }),
  },
];
