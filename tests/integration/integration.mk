# Run by ./runtests against an installed prefix; each speaks TAP.
EXTRA_DIST += tests/bench/evm.mjs tests/bench/idle-chains.mjs tests/bench/submit.mjs tests/lib/deps.sh tests/integration/lib.mjs \
	tests/integration/test-evm-differential.mjs \
	tests/integration/test-examples.mjs \
	tests/integration/test-full-store.mjs \
	tests/integration/test-kill.mjs \
	tests/integration/test-many-chains.mjs \
	tests/integration/test-plugins.mjs \
	tests/integration/test-shutdown.mjs \
	tests/integration/test-two-chains.mjs \
	tests/integration/test-vendor.mjs
