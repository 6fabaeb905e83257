# host/access: in GATEWAY_SOURCES, since only the gateway asks who asks.
