# For authors of contracts, in $(pkgdatadir)/sdk, as `pkg-config --variable=sdkdir
# bsn-abi` says.
sdkwasmdir = $(pkgdatadir)/sdk/wasm
dist_sdkwasm_DATA = sdk/wasm/bsn_contract.h sdk/wasm/bsn_contract.hpp \
	sdk/wasm/bsn_memory.h sdk/wasm/bsn_writer.h sdk/wasm/flags
sdkrustdir = $(pkgdatadir)/sdk/rust
dist_sdkrust_DATA = sdk/rust/Cargo.toml sdk/rust/bsn_contract.rs
sdkassemblyscriptdir = $(pkgdatadir)/sdk/assemblyscript
dist_sdkassemblyscript_DATA = sdk/assemblyscript/package.json \
	sdk/assemblyscript/index.ts sdk/assemblyscript/raw.ts \
	sdk/assemblyscript/text.ts
