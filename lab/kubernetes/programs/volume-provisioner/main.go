// Command volume-provisioner makes the cluster's volumes: folders on the disk of the node that the
// scheduler has chosen for the first pod. It runs beside the control plane, from where it sees the
// disks of all nodes, also of those that are off.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v11/controller"
)

// nodeAnnotation says on which node's disk a volume is.
const nodeAnnotation = "ha-store.lab/node"

// disks knows where volumes are.
type disks struct {
	// folders has a folder for each node, named like it, with the node's volumes.
	folders string
	// path is what a node calls its own of them.
	path string
}

func (d disks) volume(node, name string) string { return filepath.Join(d.folders, node, name) }

// Provision makes a folder, and describes it as a volume that only pods on its node can have.
func (d disks) Provision(
	_ context.Context, options controller.ProvisionOptions,
) (*core.PersistentVolume, controller.ProvisioningState, error) {
	if options.SelectedNode == nil {
		return nil, controller.ProvisioningFinished,
			fmt.Errorf("no node is chosen: the storage class needs volumeBindingMode WaitForFirstConsumer")
	}
	node := options.SelectedNode.Name
	if err := os.MkdirAll(d.volume(node, options.PVName), 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	// Whatever the umask is: containers that run as any user may write.
	if err := os.Chmod(d.volume(node, options.PVName), 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	requested := options.PVC.Spec.Resources.Requests[core.ResourceStorage]
	volume := &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{
			Name:        options.PVName,
			Annotations: map[string]string{nodeAnnotation: node},
		},
		Spec: core.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			AccessModes:                   options.PVC.Spec.AccessModes,
			Capacity:                      core.ResourceList{core.ResourceStorage: requested},
			PersistentVolumeSource: core.PersistentVolumeSource{
				Local: &core.LocalVolumeSource{Path: filepath.Join(d.path, options.PVName)},
			},
			NodeAffinity: only(node),
		},
	}
	return volume, controller.ProvisioningFinished, nil
}

// Delete removes a volume's folder with all that is in it.
func (d disks) Delete(_ context.Context, volume *core.PersistentVolume) error {
	node := volume.Annotations[nodeAnnotation]
	if node == "" {
		return fmt.Errorf("volume %s has no annotation %s", volume.Name, nodeAnnotation)
	}
	return os.RemoveAll(d.volume(node, volume.Name))
}

func only(node string) *core.VolumeNodeAffinity {
	isNode := core.NodeSelectorRequirement{
		Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{node},
	}
	term := core.NodeSelectorTerm{MatchExpressions: []core.NodeSelectorRequirement{isNode}}
	return &core.VolumeNodeAffinity{
		Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{term}},
	}
}

func main() {
	name := flag.String("name", "", "the provisioner's name in storage classes")
	kubeconfig := flag.String("kubeconfig", "", "how to reach the cluster")
	folders := flag.String("folders", "", "folder with a folder for each node's volumes")
	path := flag.String("path", "", "what a node calls its own of them")
	flag.Parse()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		klog.Fatal(err)
	}
	ctx := context.Background()
	controller.NewProvisionController(ctx, kubernetes.NewForConfigOrDie(config), *name,
		disks{folders: *folders, path: *path}, controller.LeaderElection(false)).Run(ctx)
}
