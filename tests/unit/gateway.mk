# tests of gateway
