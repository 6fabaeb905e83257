# host/gateway
