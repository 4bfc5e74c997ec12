module ha-store/lab/kubernetes/programs/pause

go 1.21.0
