# host/ops
