# Run by ./runtests against an installed prefix; each speaks TAP.
EXTRA_DIST += tests/bench/callgrind.mjs tests/bench/deposits.mjs \
	tests/bench/etcd.mjs tests/bench/evidence/index.js \
	tests/bench/evidence/package.json tests/bench/evm.mjs \
	tests/bench/fabric.mjs tests/bench/flood.mjs \
	tests/bench/idle-chains.mjs tests/bench/network.mjs \
	tests/bench/parallel.mjs tests/bench/path.mjs \
	tests/bench/processes.mjs tests/bench/snapshot.mjs \
	tests/bench/submit.mjs tests/bench/token.mjs \
	tests/bench/Token.sol tests/bench/transfers.mjs \
	tests/bench/xuper.mjs tests/lib/deps.sh \
	tests/integration/lib.mjs \
	tests/integration/channel.mjs tests/integration/client.mjs \
	tests/integration/tap.mjs \
	tests/integration/test-bench.mjs tests/integration/test-chaincode.mjs \
	tests/integration/test-compile.mjs \
	tests/integration/test-evm-differential.mjs \
	tests/integration/test-ethers.mjs \
	tests/integration/test-examples.mjs \
	tests/integration/fabric-clients.mjs \
	tests/integration/fabric.mjs tests/integration/fabric-blocks.mjs \
	tests/integration/test-fabric-protos.mjs \
	tests/integration/test-fabric-chaincode.mjs \
	tests/integration/test-fabric-faces.mjs \
	tests/integration/test-fabric-gateway.mjs \
	tests/integration/test-fabric-kill.mjs \
	tests/integration/test-fabric-nodes.mjs \
	tests/integration/test-fabric-policies.mjs \
	tests/integration/test-fabric-private.mjs \
	tests/integration/marker.mjs \
	tests/integration/test-fabric-removal.mjs \
	tests/integration/test-fabric-rude.mjs \
	tests/integration/test-fabric-selectors.mjs \
	tests/integration/test-fabric-service.mjs \
	tests/integration/test-fabric-snapshot.mjs \
	tests/integration/test-fabric-validation.mjs \
	tests/integration/test-fisco-channel.mjs \
	tests/integration/uniform.mjs tests/integration/test-frameworks.mjs \
	tests/integration/test-full-store.mjs \
	tests/integration/grpc.mjs tests/integration/test-grpc.mjs \
	tests/integration/test-grpc-host.mjs \
	tests/integration/test-hardhat.mjs \
	tests/integration/test-interrupted.mjs \
	tests/integration/test-io.mjs \
	tests/integration/test-kill.mjs tests/integration/test-kit.mjs \
	tests/integration/test-management.mjs \
	tests/integration/test-many-chains.mjs \
	tests/integration/test-messages.mjs \
	tests/integration/peer.mjs tests/integration/test-peers.mjs \
	tests/integration/network.mjs tests/integration/test-network.mjs \
	tests/integration/test-snapshot.mjs \
	tests/integration/lab.mjs tests/integration/test-network-cut.mjs \
	tests/integration/test-introduce.mjs tests/integration/test-wire.mjs \
	tests/integration/test-nodes.mjs \
	tests/integration/test-plugins.mjs \
	tests/integration/test-shutdown.mjs \
	tests/integration/test-sm-contracts.mjs \
	tests/integration/test-two-chains.mjs \
	tests/integration/test-viem.mjs \
	tests/data/make-wasm tests/wasm/every.c tests/wasm/every.ts \
	tests/integration/wasm-host.mjs \
	tests/integration/test-wasm-spec.mjs \
	tests/integration/test-wasm.mjs tests/integration/test-wasm-sdk.mjs \
	tests/integration/xuper.mjs tests/integration/xuper-tx.mjs \
	tests/integration/test-xuper-pow.mjs \
	tests/integration/test-xuper-cut.mjs \
	tests/integration/test-xuper-elections.mjs \
	tests/integration/test-xuper-faces.mjs \
	tests/integration/test-xuper-network.mjs \
	tests/integration/test-xuper-parallel.mjs \
	tests/integration/test-xuper-refusals.mjs \
	tests/integration/test-xuper-sdk.mjs \
	tests/integration/test-xuper-switch.mjs
# Ethereum clients and the contracts that they use.
EXTRA_DIST += tests/clients/package.json tests/clients/package-lock.json \
	tests/clients/accounts.mjs tests/clients/calldata.mjs \
	tests/clients/compile.mjs \
	tests/clients/ethers.mjs tests/clients/hardhat.config.cjs \
	tests/clients/hardhat.mjs tests/clients/sign.mjs \
	tests/clients/viem.mjs \
	tests/clients/contracts/Art.sol tests/clients/contracts/Box.sol \
	tests/clients/contracts/Coin.sol tests/clients/contracts/Council.sol \
	tests/clients/contracts/Vault.sol
