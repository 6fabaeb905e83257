plugin_flags = $(AM_CPPFLAGS) $(GLIB_CFLAGS)
include plugins/kit/kit.mk
include plugins/crypto-gm/crypto-gm.mk
include plugins/crypto-std/crypto-std.mk
include plugins/consensus-chainedbft/consensus-chainedbft.mk
include plugins/consensus-pbft/consensus-pbft.mk
include plugins/consensus-pow/consensus-pow.mk
include plugins/consensus-raft/consensus-raft.mk
include plugins/consensus-solo/consensus-solo.mk
include plugins/consensus-tdpos/consensus-tdpos.mk
include plugins/consensus-xpoa/consensus-xpoa.mk
include plugins/consensus-single/consensus-single.mk
include plugins/runtime-evm/runtime-evm.mk
include plugins/runtime-wasm/runtime-wasm.mk
include plugins/chaincode/chaincode.mk
include plugins/runtime-chaincode/runtime-chaincode.mk
include plugins/engine-fisco/engine-fisco.mk
include plugins/engine-fabric/engine-fabric.mk
include plugins/engine-xuper/engine-xuper.mk
include plugins/runtime-native/runtime-native.mk

# libtool's .la files would only be in the way of the plugin scan.
install-data-hook:
	cd '$(DESTDIR)$(bsnplugindir)' && rm -f $(bsnplugin_LTLIBRARIES)

uninstall-hook:
	for la in $(bsnplugin_LTLIBRARIES); do \
		rm -f "$(DESTDIR)$(bsnplugindir)/$${la%.la}.so"; done
