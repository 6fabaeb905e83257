dist_doc_DATA = README.md CHANGELOG.md docs/admin-guide.md \
	docs/architecture.md docs/ethereum.md docs/fisco.md \
	docs/gateway-api.md docs/openapi.yaml docs/performance.md \
	docs/raft.md docs/standard.md docs/vendor-guide.md
dist_man_MANS = docs/bsn-hostd.8 docs/bsnctl.1 docs/bsn-bench.1 \
	docs/bsn-conform.1 docs/bsn-sim.1

# Samples that are built and run by tests/integration against what is installed.
minimalenginedir = $(docdir)/examples/minimal-engine
dist_minimalengine_DATA = examples/minimal-engine/Makefile \
	examples/minimal-engine/chain.c examples/minimal-engine/chain.h \
	examples/minimal-engine/engine.c \
	examples/minimal-engine/engine-notes.workload.json \
	examples/minimal-engine/note.c \
	examples/minimal-engine/note.h examples/minimal-engine/queries.c \
	examples/minimal-engine/transactions.c
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
