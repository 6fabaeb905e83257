dist_doc_DATA = README.md CHANGELOG.md docs/admin-guide.md \
	docs/architecture.md docs/benchmarking.md docs/chaincode.md docs/ethereum.md \
	docs/fabric.md docs/fisco.md \
	docs/gateway-api.md docs/openapi.yaml docs/performance.md \
	docs/raft.md docs/standard.md docs/vendor-guide.md docs/wasm.md docs/xuper.md
dist_man_MANS = docs/bsn-hostd.8 docs/bsnctl.1 docs/bsn-bench.1 \
	docs/bsn-conform.1 docs/bsn-sim.1

# Samples that are built and run by tests/integration against what is installed.
enginetallydir = $(docdir)/examples/engine-tally
dist_enginetally_DATA = examples/engine-tally/Makefile \
	examples/engine-tally/README.md \
	examples/engine-tally/engine-tally.workload.json \
	examples/engine-tally/tally.c
plugincppdir = $(docdir)/examples/plugin-cpp
dist_plugincpp_DATA = examples/plugin-cpp/Makefile \
	examples/plugin-cpp/engine-cpp-sample.workload.json \
	examples/plugin-cpp/engine.cpp examples/plugin-cpp/exports.map
pluginrustdir = $(docdir)/examples/plugin-rust
dist_pluginrust_DATA = examples/plugin-rust/Makefile \
	examples/plugin-rust/engine-rust-sample.workload.json \
	examples/plugin-rust/lib.rs
clientnodedir = $(docdir)/examples/client-node
dist_clientnode_SCRIPTS = examples/client-node/client.mjs
examplesdir = $(docdir)/examples
dist_examples_SCRIPTS = examples/client-curl.sh
clientfabricdir = $(docdir)/examples/client-fabric
dist_clientfabric_SCRIPTS = examples/client-fabric/client.mjs
dist_clientfabric_DATA = examples/client-fabric/package.json \
	examples/client-fabric/package-lock.json
